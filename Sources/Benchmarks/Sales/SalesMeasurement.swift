import Foundation

/// Signed sales a second that `ledgerd` posts and answers in full over HTTP on loopback (`POST /transaction/`).
struct SalesMeasurement {
  let ledger: SalesLedger
  let binaries: String
  let directory: String
  let seconds: Int

  /// Requests that do nothing: what HTTP alone costs.
  func requestsPerSecond(connections: Int) async throws -> (perSecond: Double, microseconds: Double) {
    let (port, server) = try await serve()
    defer { server.stop() }
    let before = try ProcessStatistics(id: server.id).processorSeconds
    let request = Array("GET /helloworld/ HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\n\r\n".utf8)
    let outcome = try LoadGenerator(port: port, connections: connections, expected: 200).run(
      Array(repeating: request, count: 200_000), atMost: .seconds(2))
    if let failure = outcome.failure { throw BenchError("no answer: \(failure)") }
    let used = try ProcessStatistics(id: server.id).processorSeconds - before
    return (Double(outcome.answered) / outcome.seconds, used / Double(outcome.answered) * 1e6)
  }

  private func serve() async throws -> (port: Int, server: RunningProgram) {
    let port = try LoopbackPort.free()
    return (port, try await serve(port: port))
  }

  /// ledgerd on this port, once it answers.
  func serve(port: Int) async throws -> RunningProgram {
    // A bound on requests a second is there for strangers, not for what is measured.
    let configuration = directory + "/sales.toml"
    try Data("rate_client = 0\nrate_stranger = 0\nrate_failure = 0\n".utf8).write(to: URL(filePath: configuration))
    let server = try Program(path: binaries + "/ledgerd").start(
      ["serve", "--data", ledger.dataDirectory, "--port", "\(port)", "--config", configuration],
      log: directory + "/sales.log")
    try await LocalService(port: port).waitUntilReady("/helloworld/")
    return server
  }

  /// A figure for each number of connections, and the microseconds of ledgerd's processor a sale at the last.
  func run(connections: [Int], suffix: String = "") async throws -> (figures: [Figure], microsecondsASale: Double) {
    let begin = ContinuousClock.now
    let (port, server) = try await serve()
    defer { server.stop() }
    var microseconds = 0.0
    var figures = [Figure("ledgerd_start_s\(suffix)", (ContinuousClock.now - begin).milliseconds / 1000)]
    for count in connections {
      Progress.say("sales over \(count) connection\(count == 1 ? "" : "s")\(suffix)")
      let sales = try await SignedSales(ledger, from: 0, count: seconds * (count == 1 ? 2000 : 10_000), port: port)
      let before = try ProcessStatistics(id: server.id).processorSeconds
      let outcome = try LoadGenerator(port: port, connections: count).run(sales.requests, atMost: .seconds(seconds))
      if let failure = outcome.failure { throw BenchError("a sale was not posted: \(failure)") }
      figures.append(Figure("sales_per_s_c\(count)\(suffix)", Double(outcome.answered) / outcome.seconds))
      figures.append(Figure("sale_p99_ms_c\(count)\(suffix)", outcome.milliseconds.p99))
      let used = try ProcessStatistics(id: server.id).processorSeconds - before
      microseconds = used / Double(outcome.answered) * 1e6
    }
    figures.append(Figure("ledgerd_rss_mb\(suffix)", try ProcessStatistics(id: server.id).residentMegabytes))
    return (figures, microseconds)
  }

  /// How long the slowest of a hundred sales takes at a pace that is half of what the ledger can do.
  func p99AtHalfLoad(of sales: Double) async throws -> Figure {
    let (port, server) = try await serve()
    defer { server.stop() }
    Progress.say("sales at half load")
    let signed = try await SignedSales(ledger, from: 0, count: Int(sales / 2) * seconds, port: port)
    let outcome = try LoadGenerator(port: port, connections: 128).run(signed.requests, perSecond: sales / 2)
    if let failure = outcome.failure { throw BenchError("a sale was not posted: \(failure)") }
    return Figure("sale_p99_ms_half_load", outcome.milliseconds.p99)
  }
}
