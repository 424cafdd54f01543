import Foundation

/// How often `ledgerd` asks the C library for memory while it posts a sale, and for how much: counted by a library that is
/// loaded before it and counts each call (scripts/count-allocations.c). The speed of such a run says nothing.
struct AllocationMeasurement {
  private static let sales = 4000

  let ledger: SalesLedger
  let server: LedgerServer
  let library: String

  func run() async throws -> [Figure] {
    let copy = try ledger.copy("allocations")
    let counts = server.directory + "/allocations"
    let (port, program) = try await server.serve(
      copy, environment: ["LD_PRELOAD": library, "COUNT_ALLOCATIONS_IN": counts])
    defer { program.stop() }
    let signed = try await SignedSales(copy, from: 0, count: SaleRound.warmUp + Self.sales)
    let generator = LoadGenerator(port: port, connections: SalesMeasurement.busiest)
    try generator.run(Array(signed.requests.prefix(SaleRound.warmUp)), atMost: .seconds(60)).check()
    let before = try Self.read(counts)
    try generator.run(Array(signed.requests.dropFirst(SaleRound.warmUp)), atMost: .seconds(60)).check()
    let after = try Self.read(counts)
    return [
      Figure("allocations_per_sale", Double(after.calls - before.calls) / Double(Self.sales)),
      Figure("allocated_bytes_per_sale", Double(after.bytes - before.bytes) / Double(Self.sales)),
    ]
  }

  /// Two counters of 64 bits.
  private static func read(_ path: String) throws -> (calls: UInt64, bytes: UInt64) {
    guard let data = FileManager.default.contents(atPath: path), data.count >= 16 else {
      throw BenchError("\(path): the counting library was not loaded")
    }
    return data.withUnsafeBytes {
      ($0.loadUnaligned(as: UInt64.self), $0.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
    }
  }
}
