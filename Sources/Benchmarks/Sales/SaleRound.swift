/// One measurement of `ledgerd` on one ledger, with a server of its own that is warm.
struct SaleRound {
  /// Sales before the measurement begins, so that what is compared does not begin cold.
  static let warmUp = 6000

  let perSecond: Double
  let p99: Double
  /// Of ledgerd's processor, a sale.
  let microseconds: Double
  let megabytes: Double
  let startMilliseconds: Double

  /// Serves the ledger and sends it these sales, for so long.
  static func measured(
    _ ledger: SalesLedger, _ sales: SignedSales, server: LedgerServer, connections: Int, seconds: Int
  ) async throws -> SaleRound {
    let begin = ContinuousClock.now
    let (port, program) = try await server.serve(ledger)
    defer { program.stop() }
    let start = (ContinuousClock.now - begin).milliseconds
    let generator = LoadGenerator(port: port, connections: connections)
    let warm = connections == 1 ? warmUp / 10 : warmUp
    try generator.run(Array(sales.requests.prefix(warm)), atMost: .seconds(60)).check()
    let statistics = ProcessStatistics(id: program.id)
    let before = try statistics.processorSeconds
    let outcome = try generator.run(Array(sales.requests.dropFirst(warm)), atMost: .seconds(seconds))
    try outcome.check()
    let used = try statistics.processorSeconds - before
    return SaleRound(
      perSecond: Double(outcome.answered) / outcome.seconds, p99: outcome.milliseconds.p99,
      microseconds: used / Double(outcome.answered) * 1e6, megabytes: try statistics.residentMegabytes,
      startMilliseconds: start)
  }
}

/// Several rounds of the same.
struct SaleRounds {
  private(set) var perSecond = Sample()
  private(set) var p99 = Sample()
  private(set) var microseconds = Sample()
  private(set) var megabytes = Sample()
  private(set) var start = Sample()

  mutating func add(_ round: SaleRound) {
    perSecond.add(round.perSecond)
    p99.add(round.p99)
    microseconds.add(round.microseconds)
    megabytes.add(round.megabytes)
    start.add(round.startMilliseconds)
  }
}
