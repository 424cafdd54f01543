import GRDB

/// A kiosk's file as the oracle reads it, with a connection and statements of its own.
struct KioskView {
  /// A row of the outbox.
  struct Row {
    let sequence: Int64
    let id: String
    let charge: String
    let card: String
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
  }

  private let queue: DatabaseQueue

  init(disk: SimulatedDisk) throws {
    var configuration = Configuration()
    configuration.readonly = true
    queue = try DatabaseQueue(path: disk.path("kiosk.sqlite"), configuration: configuration)
  }

  func content() throws -> (rows: [Row], charges: [Charge], unsettled: Set<String>) {
    try queue.read { db in
      let rows = try GRDB.Row.fetchAll(
        db.cachedStatement(
          sql: "SELECT sequence, id, charge, card, amount, is_offline, voids, state FROM outbox ORDER BY sequence")
      ).map { row in
        Row(
          sequence: row["sequence"], id: row["id"], charge: row["charge"], card: row["card"], amount: row["amount"],
          isOffline: row["is_offline"], voids: row["voids"], state: row["state"])
      }
      let charges = try GRDB.Row.fetchAll(
        db.cachedStatement(sql: "SELECT id, amount, state FROM charges ORDER BY rowid")
      ).map { Charge(id: $0["id"], amount: $0["amount"], state: $0["state"]) }
      let unsettled = try String.fetchSet(db.cachedStatement(sql: "SELECT debit FROM unsettled"))
      return (rows, charges, unsettled)
    }
  }
}
