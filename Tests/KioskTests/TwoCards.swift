import Kiosk

/// Tests of charges that two cards pay: 2.00 on the first, 10.00 on the second.
protocol TwoCards {}

extension TwoCards {
  static var first: String { "68B87420" }
  static var second: String { "11223344" }
  static var parts: ChargeTerms { ChargeTerms(acceptsParts: true) }

  func bench(on disk: TroubledDisk? = nil) async throws -> VenueBench {
    let bench = try await VenueBench(disk: disk)
    bench.ledger.script { $0.balances = [Self.first: 200, Self.second: 1_000] }
    return bench
  }

  func balances(_ bench: VenueBench) -> [Int64?] {
    bench.ledger.script { [$0.balances[Self.first], $0.balances[Self.second]] }
  }
}
