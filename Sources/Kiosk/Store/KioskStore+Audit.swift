import FedowProtocol
import GRDB
import Model

/// A line of the kiosk's audit trail: who did what to what.
public struct AuditEntry: Hashable, Sendable {
  /// When.
  public let at: LedgerTime
  /// What was done, in a word: `refill`, `void`, `operator_open`, ...
  public let what: String
  /// The operator's card under which it was done; nil where none is needed.
  public let operatorCard: String?
  /// The charge, card or device that it was done to.
  public let subject: String?
  /// What else matters.
  public let detail: String?

  /// A line.
  public init(at: LedgerTime, what: String, operatorCard: String?, subject: String? = nil, detail: String? = nil) {
    self.at = at
    self.what = what
    self.operatorCard = operatorCard
    self.subject = subject
    self.detail = detail
  }
}

extension AuditEntry {
  func json(sequence: Int64) -> JSON {
    [
      "sequence": JSON(sequence), "at": JSON(at.wire), "what": JSON(what), "operator_card": JSON(operatorCard),
      "subject": JSON(subject), "detail": JSON(detail),
    ]
  }
}

extension KioskStore {
  /// Writes a line of the audit trail.
  /// - Throws: `Refusal` with code `store_unavailable`.
  public func audit(_ entry: AuditEntry) async throws(Refusal) {
    try await write { try Self.write(entry, in: $0) }
  }

  /// The audit trail after a line's number, oldest first, at most so many lines.
  /// - Throws: `Refusal` with code `store_unavailable`.
  public func auditTrail(after sequence: Int64, limit: Int = 1000) async throws(Refusal) -> [JSON] {
    try await write { database in
      let sql = "SELECT * FROM audit WHERE sequence > ? ORDER BY sequence LIMIT ?"
      return try Row.fetchAll(database, sql: sql, arguments: [sequence, limit]).map { row in
        AuditEntry(
          at: LedgerTime(microseconds: row["at"]), what: row["what"], operatorCard: row["operator_card"],
          subject: row["subject"], detail: row["detail"]
        ).json(sequence: row["sequence"])
      }
    }
  }

  static func write(_ entry: AuditEntry, in database: Database) throws {
    try database.executeKept(
      "INSERT INTO audit (at, what, operator_card, subject, detail) VALUES (?, ?, ?, ?, ?)",
      [entry.at.microseconds, entry.what, entry.operatorCard, entry.subject, entry.detail])
  }
}
