import FedowProtocol
import Foundation
import GRDB
import Model
import Signing

/// Where the processor's time of a sale goes: each part is measured alone, the rest is what is left.
struct SaleBreakdown {
  let ledger: SalesLedger
  let measurement: SalesMeasurement
  let directory: String

  /// - Parameter sales: what was measured over HTTP with this many connections, and ledgerd's microseconds a sale.
  func run(sales: Double, microsecondsASale: Double) async throws -> [Figure] {
    let verifications = try verificationsPerSecond()
    let requests = try await measurement.requestsPerSecond(connections: 128)
    let postings = try await ledger.grow(by: 20_000)
    let raw = try rawTransactionsPerSecond(count: 20_000, batch: 128)
    Progress.say(
      """
        of a sale's \(Int(microsecondsASale)) µs of ledgerd's processor: \(Int(1e6 / verifications)) the signature, \
      \(Int(requests.microseconds)) HTTP alone, \(Int(1e6 / postings)) the posting in process \
      (of which \(Int(1e6 / raw)) are SQLite and the disk)
      """)
    return [
      Figure("signatures_verified_per_s", verifications), Figure("http_requests_per_s_c128", requests.perSecond),
      Figure("postings_in_process_per_s", postings), Figure("raw_sqlite_per_s", raw),
      Figure("sales_of_in_process_share", sales / postings), Figure("ledgerd_us_per_sale", microsecondsASale),
      Figure("http_us_per_request", requests.microseconds),
    ]
  }

  /// On one core.
  private func verificationsPerSecond() throws -> Double {
    let message = SignedMessage.post(ledger.sale(0))
    let signature = try ledger.credentials.key.sign(message)
    let key = ledger.credentials.key.publicKey
    let begin = ContinuousClock.now
    for _ in 0..<10_000 where !key.isValid(signature: signature, for: message) { throw BenchError("not valid") }
    return 10_000 / ((ContinuousClock.now - begin).milliseconds / 1000)
  }

  /// What a posting writes, written without the posting: one row and two balances, so many to a commit, as durable.
  private func rawTransactionsPerSecond(count: Int, batch: Int) throws -> Double {
    var configuration = Configuration()
    configuration.prepareDatabase { try $0.execute(sql: "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL") }
    let queue = try DatabaseQueue(path: directory + "/raw.sqlite", configuration: configuration)
    let text = String(repeating: "x", count: 500)
    try queue.write { db in
      try db.execute(
        sql: """
          CREATE TABLE entry (n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, content TEXT NOT NULL);
          CREATE TABLE reply (n INTEGER PRIMARY KEY, key BLOB NOT NULL);
          CREATE TABLE balance (n INTEGER PRIMARY KEY, value INTEGER NOT NULL);
          INSERT INTO balance WITH RECURSIVE r(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM r WHERE n < 1000) SELECT n, 0 FROM r;
          """)
    }
    let begin = ContinuousClock.now
    for first in stride(from: 0, to: count, by: batch) {
      try queue.write { db in
        let entry = try db.cachedStatement(sql: "INSERT INTO entry VALUES (?, ?, ?)")
        let reply = try db.cachedStatement(sql: "INSERT INTO reply VALUES (?, ?)")
        let balance = try db.cachedStatement(sql: "UPDATE balance SET value = value + ? WHERE n = ?")
        for number in first..<min(first + batch, count) {
          try entry.execute(arguments: [number, EntityID.random().stamped(milliseconds: Int64(number)).text, text])
          try reply.execute(arguments: [number, Data(count: 64)])
          try balance.execute(arguments: [-1, 1 + number % 1000])
          try balance.execute(arguments: [1, 0])
        }
      }
    }
    return Double(count) / ((ContinuousClock.now - begin).milliseconds / 1000)
  }
}
