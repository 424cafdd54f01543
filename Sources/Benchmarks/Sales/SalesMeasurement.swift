/// Signed sales a second that `ledgerd` posts and answers in full over HTTP on loopback (`POST /transaction/`), beside what
/// the same machine does without HTTP, and without anything but SQLite.
struct SalesMeasurement {
  /// The number of connections that the bounds are for.
  static let busiest = 128

  let ledger: SalesLedger
  let server: LedgerServer
  let seconds: Int
  let rounds: Int

  /// How fast it went.
  struct Pace {
    let figures: [Figure]
    /// With the most connections.
    let salesPerSecond: Double
    let microsecondsASale: Double
  }

  /// Each number of connections once; then, in turn, the most connections, the limit in process and raw SQLite.
  func run() async throws -> Pace {
    var figures: [Figure] = []
    for connections in [1, 8, 32] {
      Progress.say("sales over \(connections) connection\(connections == 1 ? "" : "s")")
      let round = try await round(connections: connections, number: connections)
      figures += [
        Figure("sales_per_s_c\(connections)", round.perSecond), Figure("sale_p99_ms_c\(connections)", round.p99),
      ]
    }
    return try await compare(with: figures)
  }

  private func compare(with others: [Figure]) async throws -> Pace {
    var (http, limits, raw) = (SaleRounds(), Sample(), Sample())
    var (shares, rawShares) = (Sample(), Sample())
    for number in 0..<rounds {
      Progress.say("sales over \(Self.busiest) connections, in process, and raw SQLite: \(number + 1) of \(rounds)")
      let round = try await round(connections: Self.busiest, number: 100 + number)
      let limit = try await InProcessSales(ledger: try ledger.copy("limit")).perSecond(
        inFlight: Self.busiest, seconds: 2)
      http.add(round)
      limits.add(limit)
      shares.add(round.perSecond / limit)
      let bare = try RawSQLite(directory: server.directory).perSecond(count: 20_000, batch: Self.busiest)
      raw.add(bare)
      rawShares.add(round.perSecond / bare)
    }
    let posting = try await ledger.copy("posted").grow(by: 20_000)
    let figures = [
      Figure("sales_per_s_c128", http.perSecond.p50, target: .atLeast(8000)), Figure("sale_p99_ms_c128", http.p99.p50),
      Figure("ledgerd_us_per_sale", http.microseconds.p50), Figure("ledgerd_rss_mb", http.megabytes.p50),
      Figure("ledgerd_start_ms", http.start.p50), Figure("sales_in_process_per_s", limits.p50),
      Figure("sales_of_in_process_share", shares.p50, target: .atLeast(0.5)),
      Figure("postings_in_process_per_s", posting), Figure("raw_sqlite_per_s", raw.p50),
      Figure("sales_of_raw_sqlite_share", rawShares.p50),
    ]
    return Pace(
      figures: others + figures, salesPerSecond: http.perSecond.p50, microsecondsASale: http.microseconds.p50)
  }

  private func round(connections: Int, number: Int) async throws -> SaleRound {
    let copy = try ledger.copy("round")
    let sales = try await SignedSales(
      copy, from: 0, count: SaleRound.warmUp + seconds * (connections == 1 ? 2000 : 16_000))
    return try await SaleRound.measured(
      copy, sales, server: server, connections: connections, seconds: seconds)
  }

  /// How long the slowest of a hundred sales takes at a pace that is half of what the ledger can do.
  func halfLoad(of sales: Double) async throws -> [Figure] {
    var p99 = Sample()
    for number in 0..<max(1, rounds - 2) {
      Progress.say("sales at half load: \(number + 1) of \(max(1, rounds - 2))")
      let copy = try ledger.copy("half")
      let signed = try await SignedSales(copy, from: 0, count: SaleRound.warmUp + Int(sales / 2) * seconds * 2)
      let (port, program) = try await server.serve(copy)
      defer { program.stop() }
      let generator = LoadGenerator(port: port, connections: Self.busiest)
      try generator.run(Array(signed.requests.prefix(SaleRound.warmUp)), atMost: .seconds(60)).check()
      let outcome = try generator.run(Array(signed.requests.dropFirst(SaleRound.warmUp)), perSecond: sales / 2)
      try outcome.check()
      p99.add(outcome.milliseconds.p99)
    }
    return [Figure("sale_p99_ms_half_load", p99.p50, target: .atMost(30))]
  }
}
