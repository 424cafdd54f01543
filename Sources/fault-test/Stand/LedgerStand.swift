import Foundation
import GRDB

/// The ledger behind the proxies: a process that can be killed, and its books, which are read from its file.
protocol LedgerStand: Sendable {
  var daemon: Daemon { get }

  /// The disk of its books, where it can be filled.
  var disk: SmallDisk? { get }

  /// What tapd's configuration says of this ledger, at the top and in `[ledger]`.
  var kioskSettings: (top: String, ledger: String) { get }

  /// Makes the books.
  func install(_ cards: [TestCard]) throws

  /// Pairs a kiosk, whose data directory this is, while the ledger runs.
  func pair(_ directory: String, number: Int, url: String) throws

  /// Fills the cards through a kiosk, where the books do not do it themselves.
  func fill(_ cards: [TestCard], through kiosk: KioskStand) async throws

  /// Every sale in the books, and every card's money.
  func books() throws -> Books

  /// Whether the books agree with their own chain, as far as the ledger can say.
  func verify() throws
}

/// What the books say.
struct Books: Sendable {
  struct Sale: Sendable {
    let comment: String
    /// Less than 0 where a sale was filled back.
    let amount: Int64
    let asset: String
    let card: String
  }

  var sales: [Sale] = []
  /// The ids of all debits that were made; nil where the ledger does not keep them.
  var ids: Set<String>?
  /// Sum of all moneys by tag id.
  var money: [String: Int64] = [:]

  /// Reads them by the queries' columns: comment, amount, asset, tag; tag, sum; and id.
  init(file: String, sales: String, money: String, ids: String? = nil) throws {
    var configuration = Configuration()
    configuration.readonly = true
    configuration.busyMode = .timeout(10)
    let database = try DatabaseQueue(path: file, configuration: configuration)
    try database.read { database in
      self.sales = try Row.fetchAll(database, sql: sales).map { row in
        Sale(comment: row[0] ?? "", amount: row[1], asset: row[2], card: row[3] ?? "")
      }
      if let ids { self.ids = try Set(String.fetchAll(database, sql: ids)) }
      for row in try Row.fetchAll(database, sql: money) { self.money[row[0]] = row[1] }
    }
  }
}
