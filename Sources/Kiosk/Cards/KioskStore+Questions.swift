import FedowProtocol
import GRDB
import Model

extension KioskStore {
  /// How long a request whose answer never came is the same as another like it, in microseconds: who wants the same later
  /// has looked at the card, and wants it anew.
  private static let questionAge: Int64 = 600_000_000

  /// The id under which something is asked of the ledger: a new one, or that of the same request when its answer never
  /// came lately, with the operator's card of then.
  /// - Throws: `Refusal` with code `store_unavailable`.
  func question(
    _ identity: String, under operatorCard: String, id: EntityID, audit: AuditEntry, at time: LedgerTime
  ) async throws(Refusal) -> (id: EntityID, operatorCard: String) {
    let name = digest(identity)
    return try await write { database in
      try Self.write(audit, in: database)
      let since = time.microseconds - Self.questionAge
      if let row = try database.firstKept("SELECT * FROM questions WHERE request = ? AND at > ?", [name, since]),
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
