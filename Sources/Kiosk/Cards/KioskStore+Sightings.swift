import FedowProtocol
import GRDB
import Model

/// A blocked card that was tapped here, until the ledger knows.
public struct Sighting: Hashable, Sendable {
  /// The tap's id, under which the ledger is told.
  public let id: EntityID
  /// The 8-digit tag id.
  public let card: String
  /// Where it was tapped.
  public let reader: String
  /// When.
  public let at: LedgerTime

  /// A sighting.
  public init(id: EntityID, card: String, reader: String, at: LedgerTime) {
    self.id = id
    self.card = card
    self.reader = reader
    self.at = at
  }
}

extension KioskStore {
  /// Keeps a sighting until the ledger was told; a second time is the same one.
  /// - Throws: `Refusal` with code `store_unavailable`.
  public func insert(_ sighting: Sighting) async throws(Refusal) {
    try await write { database in
      try database.executeKept(
        "INSERT OR IGNORE INTO sightings (id, card, reader, at) VALUES (?, ?, ?, ?)",
        [sighting.id.text, sighting.card, sighting.reader, sighting.at.microseconds])
    }
  }

  /// Those that the ledger has not been told of, oldest first.
  /// - Throws: `Refusal` with code `store_unavailable`.
  public func waitingSightings(limit: Int = 100) async throws(Refusal) -> [Sighting] {
    try await write { database in
      let sql = "SELECT * FROM sightings ORDER BY at LIMIT ?"
      return try Row.fetchAll(database, sql: sql, arguments: [limit]).compactMap { row in
        EntityID(row["id"]).map {
          Sighting(id: $0, card: row["card"], reader: row["reader"], at: LedgerTime(microseconds: row["at"]))
        }
      }
    }
  }

  /// The ledger knows.
  /// - Throws: `Refusal` with code `store_unavailable`.
  public func forget(sighting: EntityID) async throws(Refusal) {
    try await write { try $0.executeKept("DELETE FROM sightings WHERE id = ?", [sighting.text]) }
  }
}
