import Foundation
import GRDB

/// A kiosk's file as the oracle reads it, with a connection and statements of its own.
struct KioskView {
  /// A row of the outbox.
  struct Row {
    let sequence: Int64
    let id: String
    let charge: String
    let card: String
    /// What the card opened when it was tapped.
    let wallet: String
    let amount: Int64
    let isOffline: Bool
    let voids: String?
    let state: String

    var isOpen: Bool { state != "posted" && state != "refused" }
  }

  /// A charge.
  struct Charge {
    let id: String
    let amount: Int64
    let state: String
    /// What was paid by other means than a card.
    let cash: Int64
    /// Whether its goods went.
    let wasPaid: Bool

    /// Whether nobody owes what the ledger refused of it.
    var isOwedByNobody: Bool {
      switch state {
      case "refused", "expired", "cancelled": !wasPaid
      case "voided", "paid", "paid_offline": true
      default: false
      }
    }
  }

  private let queue: DatabaseQueue

  init(disk: SimulatedDisk) throws {
    var configuration = Configuration()
    configuration.readonly = true
    queue = try DatabaseQueue(path: disk.path("kiosk.sqlite"), configuration: configuration)
  }

  /// All that is looked at.
  struct Content {
    var rows: [Row] = []
    var charges: [Charge] = []
    /// The offline debits that were refused and are not settled, by id.
    var unsettled: Set<String> = []
    /// What is outstanding by card, and under no name of all: in the kiosk's own names for cards.
    var outstanding: [String: Int64] = [:]
    /// The cards that are listed as blocked, in the kiosk's own names.
    var blocked: Set<String> = []
  }

  /// The bytes of a row of the outbox that is not at its end; nil when there is none.
  func bytes(of id: String) throws -> [UInt8]? {
    try queue.read { db in
      let sql = "SELECT body FROM outbox WHERE id = ? AND state NOT IN ('posted', 'refused')"
      return try Data.fetchOne(db.cachedStatement(sql: sql), arguments: [id]).map { Array($0) }
    }
  }

  func content() throws -> Content {
    try queue.read { db in
      let rows = try GRDB.Row.fetchAll(
        db.cachedStatement(
          sql: """
            SELECT sequence, id, charge, card, wallet, amount, is_offline, voids, state FROM outbox ORDER BY sequence
            """)
      ).map { row in
        Row(
          sequence: row["sequence"], id: row["id"], charge: row["charge"], card: row["card"], wallet: row["wallet"],
          amount: row["amount"], isOffline: row["is_offline"], voids: row["voids"], state: row["state"])
      }
      let charges = try GRDB.Row.fetchAll(
        db.cachedStatement(
          sql: """
            SELECT id, amount, state, coalesce(json_extract(details, '$.other_means.amount'), 0) AS cash,
              json_extract(details, '$.paid_at') IS NOT NULL AS was_paid FROM charges ORDER BY rowid
            """)
      ).map {
        Charge(id: $0["id"], amount: $0["amount"], state: $0["state"], cash: $0["cash"], wasPaid: $0["was_paid"])
      }
      let unsettled = try String.fetchSet(db.cachedStatement(sql: "SELECT debit FROM unsettled"))
      let outstanding = try GRDB.Row.fetchAll(
        db.cachedStatement(sql: "SELECT card, amount FROM offline_spending")
      ).map { ($0["card"] as String, $0["amount"] as Int64) }
      let blocked = try String.fetchSet(db.cachedStatement(sql: "SELECT tag FROM hotlist WHERE state = 'blocked'"))
      return Content(
        rows: rows, charges: charges, unsettled: unsettled,
        outstanding: Dictionary(outstanding) { $0 + $1 }, blocked: blocked)
    }
  }
}
