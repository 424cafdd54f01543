import Foundation

/// Signed sales a second that `ledgerd` posts and answers in full over HTTP on loopback (`POST /transaction/`).
struct SalesMeasurement {
  let ledger: SalesLedger
  let binaries: String
  let directory: String
  let seconds: Int

  /// A figure for each number of connections.
  func run(connections: [Int], suffix: String = "") async throws -> [Figure] {
    let port = try LoopbackPort.free()
    let begin = ContinuousClock.now
    let server = try Program(path: binaries + "/ledgerd").start(
      ["serve", "--data", ledger.dataDirectory, "--port", "\(port)"], log: directory + "/sales.log")
    defer { server.stop() }
    try await LocalService(port: port).waitUntilReady("/helloworld/")
    var figures = [Figure("ledgerd_start_s\(suffix)", (ContinuousClock.now - begin).milliseconds / 1000)]
    for count in connections {
      Progress.say("sales over \(count) connection\(count == 1 ? "" : "s")\(suffix)")
      let sales = try await SignedSales(ledger, from: 0, count: seconds * (count == 1 ? 2000 : 10_000), port: port)
      let outcome = try LoadGenerator(port: port, connections: count).run(sales.requests, atMost: .seconds(seconds))
      if let failure = outcome.failure { throw BenchError("a sale was not posted: \(failure)") }
      figures.append(Figure("sales_per_s_c\(count)\(suffix)", Double(outcome.answered) / outcome.seconds))
      figures.append(Figure("sale_p99_ms_c\(count)\(suffix)", outcome.milliseconds.p99))
      let cpu = try ProcessStatistics(id: server.id).processorSeconds
      Progress.say("  \(outcome.answered) sales in \(outcome.seconds) s; ledgerd used \(cpu) s of processor")
    }
    figures.append(Figure("ledgerd_rss_mb\(suffix)", try ProcessStatistics(id: server.id).residentMegabytes))
    return figures
  }
}
