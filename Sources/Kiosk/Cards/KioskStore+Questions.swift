import FedowProtocol
import GRDB
import Model

extension KioskStore {
  /// The id under which something is asked of the ledger: a new one, or that of the same request when its answer never
  /// came, with the operator's card of then.
  /// - Throws: `Refusal` with code `store_unavailable`.
  func question(
    _ identity: String, under operatorCard: String, id: EntityID, audit: AuditEntry, at time: LedgerTime
  ) async throws(Refusal) -> (id: EntityID, operatorCard: String) {
    let name = digest(identity)
    return try await write { database in
      try Self.write(audit, in: database)
      if let row = try database.firstKept("SELECT * FROM questions WHERE request = ?", [name]),
        let known = EntityID(row["id"])
      {
        return (known, row["operator_card"])
      }
      try database.executeKept(
        "INSERT OR REPLACE INTO questions (request, id, operator_card, at) VALUES (?, ?, ?, ?)",
        [name, id.text, operatorCard, time.microseconds])
      return (id, operatorCard)
    }
  }

  /// The ledger has answered, whatever it said: the next one like it is a new one.
  /// - Throws: `Refusal` with code `store_unavailable`.
  func answered(_ identity: String, audit: AuditEntry) async throws(Refusal) {
    let name = digest(identity)
    try await write { database in
      try database.executeKept("DELETE FROM questions WHERE request = ?", [name])
      try Self.write(audit, in: database)
    }
  }
}
