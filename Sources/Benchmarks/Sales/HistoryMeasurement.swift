/// The same sales on the same ledger with a thousand transactions behind it, with a tenth of the longest history, and with
/// all of it: in turn, so that what the machine does meanwhile meets all three alike.
struct HistoryMeasurement {
  let ledgers: (short: SalesLedger, middle: SalesLedger, long: SalesLedger)
  let server: LedgerServer
  let seconds: Int
  let rounds: Int

  func run() async throws -> [Figure] {
    var (short, middle, long) = (SaleRounds(), SaleRounds(), SaleRounds())
    var (shares, costs) = (Sample(), Sample())
    for number in 0..<rounds {
      Progress.say("sales on a short, a middle and a long history: \(number + 1) of \(rounds)")
      // The long ledger is not made anew for each round, so it must not have seen them.
      let count = SaleRound.warmUp + seconds * 16_000
      let sales = try await SignedSales(ledgers.long, from: number * count, count: count)
      // As it was a thousand sales after it was made, each time.
      let one = try await measured(try ledgers.short.copy("round"), sales)
      middle.add(try await measured(try ledgers.middle.copy("round"), sales))
      let other = try await measured(ledgers.long, sales)
      short.add(one)
      long.add(other)
      shares.add(other.perSecond / one.perSecond)
      costs.add(other.microseconds / one.microseconds)
    }
    return [
      Figure("sales_per_s_1k", short.perSecond.p50), Figure("sales_per_s_100k", middle.perSecond.p50),
      Figure("sales_per_s_1m", long.perSecond.p50),
      Figure("sales_1m_of_1k_share", shares.p50, target: .atLeast(0.95)),
      Figure("sale_p99_ms_1k", short.p99.p50), Figure("sale_p99_ms_1m", long.p99.p50),
      Figure("ledgerd_us_per_sale_1k", short.microseconds.p50),
      Figure("ledgerd_us_per_sale_1m", long.microseconds.p50), Figure("ledgerd_us_1m_of_1k", costs.p50),
      Figure("ledgerd_rss_mb_1m", long.megabytes.p50), Figure("ledgerd_start_ms_1m", long.start.p50),
    ]
  }

  private func measured(_ ledger: SalesLedger, _ sales: SignedSales) async throws -> SaleRound {
    try await SaleRound.measured(
      ledger, sales, server: server, connections: SalesMeasurement.busiest, seconds: seconds)
  }
}
