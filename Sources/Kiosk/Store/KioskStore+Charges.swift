import FedowProtocol
import GRDB
import Model

extension KioskStore {
  /// Writes a new charge.
  /// - Throws: `Refusal` with code `store_unavailable`.
  public func insert(_ charge: Charge) async throws(Refusal) {
    try await write { database in
      try database.execute(
        sql: """
          INSERT INTO charges (id, amount, description, state, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?)
          """,
        arguments: [
          charge.id.text, charge.amount.minorUnits, charge.description, charge.state.word,
          charge.createdAt.microseconds, charge.createdAt.microseconds,
        ])
    }
  }

  /// Writes where a charge stands; not its outbox row.
  /// - Throws: `Refusal` with code `store_unavailable`.
  public func update(_ charge: Charge, at time: LedgerTime) async throws(Refusal) {
    try await write { try Self.update(charge, at: time, in: $0) }
  }

  /// Reads a charge; nil when there is none with this id.
  /// - Throws: `Refusal` with code `store_unavailable`.
  public func charge(_ id: EntityID) async throws(Refusal) -> Charge? {
    try await write { database in
      guard let row = try Row.fetchOne(database, sql: "SELECT * FROM charges WHERE id = ?", arguments: [id.text]),
        var charge = Charge(row)
      else { return nil }
      let spans = try Row.fetchAll(database, sql: "SELECT * FROM spans WHERE charge = ?", arguments: [id.text])
      for span in spans {
        guard let step = ChargeSpans.Step(rawValue: span["step"]) else { continue }
        charge.spans.mark(step, at: MonotonicTime(nanoseconds: span["microseconds"] * 1000))
      }
      return charge
    }
  }

  /// Ends what a stop of the daemon interrupted: an open charge without a debit expires, for no card paid it; one with a
  /// debit is unknown until the ledger was asked.
  /// - Throws: `Refusal` with code `store_unavailable`.
  public func settleInterruptedCharges(at time: LedgerTime) async throws(Refusal) {
    try await write { database in
      try database.execute(
        sql: """
          UPDATE charges SET state = 'unknown', code = ?, sentence = ?, updated_at = ?
            WHERE id IN (SELECT charge FROM outbox WHERE state IN ('pending', 'sent', 'unknown'));
          UPDATE charges SET state = 'expired', updated_at = ?
            WHERE state IN ('waiting', 'deciding') AND id NOT IN (SELECT charge FROM outbox);
          """,
        arguments: [
          Refusal.Code.outcomeUnknown.rawValue, Refusal.Code.outcomeUnknown.sentence, time.microseconds,
          time.microseconds,
        ])
    }
  }

  static func update(_ charge: Charge, at time: LedgerTime, in database: Database) throws {
    try database.executeKept(
      """
      UPDATE charges SET state = ?, card = ?, tap = ?, code = ?, sentence = ?, receipt = ?, updated_at = ?
        WHERE id = ?
      """,
      [
        charge.state.word, charge.card, charge.tap?.text, charge.state.refusal?.code.rawValue,
        charge.state.refusal?.sentence, charge.state.receipt?.json.compact, time.microseconds, charge.id.text,
      ])
    for (step, value) in charge.spans.microseconds {
      try database.executeKept(
        "INSERT OR REPLACE INTO spans (charge, step, microseconds) VALUES (?, ?, ?)",
        [charge.id.text, step.rawValue, value])
    }
  }
}

extension Charge {
  fileprivate init?(_ row: Row) {
    guard let id = EntityID(row["id"]), let state = ChargeState(row) else { return nil }
    self.init(
      id: id, amount: Amount(minorUnits: row["amount"]), description: row["description"],
      createdAt: LedgerTime(microseconds: row["created_at"]))
    self.state = state
    card = row["card"]
    tap = (row["tap"] as String?).flatMap { EntityID($0) }
  }
}

extension ChargeState {
  fileprivate init?(_ row: Row) {
    let code = (row["code"] as String?).flatMap { Refusal.Code(rawValue: $0) }
    let refusal = Refusal(code ?? .ledgerRefused, row["sentence"])
    let receipt = (row["receipt"] as String?).flatMap { try? JSON.parse($0) }.flatMap { Receipt($0) }
    switch row["state"] as String {
    case "waiting": self = .waiting
    case "deciding": self = .deciding
    case "sent": self = .sent
    case "paid":
      guard let receipt else { return nil }
      self = .paid(receipt)
    case "refused": self = .refused(refusal)
    case "expired": self = .expired
    case "cancelled": self = .cancelled
    case "unknown": self = .unknown(refusal)
    default: return nil
    }
  }
}
