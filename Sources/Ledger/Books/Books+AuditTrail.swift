import FedowProtocol
import GRDB
import Model

extension Books {
  /// Something that people must be able to answer for, written down with who did it.
  public struct AuditEntry: Hashable, Sendable {
    /// Its number, from 1; 0 before it is written.
    public let number: Int64
    /// What was done, one word.
    public let what: String
    /// At which place; nil when it concerns all.
    public let place: EntityID?
    /// When.
    public let at: LedgerTime
    /// By which device; nil when the ledger's operator did it, or a client that has no device of its own.
    public let device: EntityID?
    /// The tag id of the operator's card that was presented.
    public let operatorCard: String?
    /// What belongs to it.
    public let detail: JSON

    /// An entry to be written.
    init(
      _ what: String, place: EntityID?, device: EntityID? = nil, operatorCard: String? = nil, detail: JSON = [:],
      number: Int64 = 0, at: LedgerTime = LedgerTime(microseconds: 0)
    ) {
      self.number = number
      self.what = what
      self.place = place
      self.at = at
      self.device = device
      self.operatorCard = operatorCard
      self.detail = detail
    }

    /// The object, as `GET /v1/audit/` lists it.
    public var json: JSON {
      [
        "number": JSON(number), "at": JSON(at.wire), "what": JSON(what), "device": JSON(device?.text),
        "operator_card": JSON(operatorCard), "detail": detail,
      ]
    }
  }

  func note(_ entry: AuditEntry, at now: LedgerTime) throws {
    try executeRemembered(
      "INSERT INTO audit_trail (place, at, what, device, operator_card, detail) VALUES (?, ?, ?, ?, ?, ?)",
      [
        entry.place?.text, now.microseconds, entry.what, entry.device?.text, entry.operatorCard,
        entry.detail.pythonDump(),
      ])
  }

  /// What comes after an entry, oldest first, at most so many; of one place, or of all.
  public func auditTrail(of place: EntityID?, after number: Int64, limit: Int) throws -> [AuditEntry] {
    let found =
      try place.map {
        try rows(
          "SELECT * FROM audit_trail WHERE place = ? AND number > ? ORDER BY number LIMIT ?", [$0.text, number, limit])
      } ?? rows("SELECT * FROM audit_trail WHERE number > ? ORDER BY number LIMIT ?", [number, limit])
    return try found.map { row in
      AuditEntry(
        row["what"], place: try row.optionalID("place"), device: try row.optionalID("device"),
        operatorCard: row["operator_card"], detail: try JSON.parse(row["detail"] as String), number: row["number"],
        at: LedgerTime(microseconds: row["at"]))
    }
  }
}
