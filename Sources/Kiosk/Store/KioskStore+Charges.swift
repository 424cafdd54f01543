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
          INSERT INTO charges (id, amount, description, state, created_at, updated_at, details)
            VALUES (?, ?, ?, ?, ?, ?, ?)
          """,
        arguments: [
          charge.id.text, charge.amount.minorUnits, charge.description, charge.state.word,
          charge.createdAt.microseconds, charge.createdAt.microseconds, charge.details.nameless("").compact,
        ])
    }
  }

  /// Writes where a charge stands; not its outbox row.
  /// - Throws: `Refusal` with code `store_unavailable`.
  public func update(_ charge: Charge, at time: LedgerTime) async throws(Refusal) {
    try await group.write { try Self.update(charge, at: time, in: $0) }
  }

  /// Reads a charge; nil when there is none with this id.
  /// - Throws: `Refusal` with code `store_unavailable`.
  public func charge(_ id: EntityID) async throws(Refusal) -> Charge? {
    try await write { database in
      guard let row = try Row.fetchOne(database, sql: "SELECT * FROM charges WHERE id = ?", arguments: [id.text]),
        var charge = try Self.charge(row, in: database)
      else { return nil }
      let spans = try Row.fetchAll(database, sql: "SELECT * FROM spans WHERE charge = ?", arguments: [id.text])
      for span in spans {
        guard let step = ChargeSpans.Step(rawValue: span["step"]) else { continue }
        charge.spans.mark(step, at: MonotonicTime(nanoseconds: span["microseconds"] * 1000))
      }
      return charge
    }
  }

  /// The charge that was paid last, as far back as the given time; nil when none was.
  /// - Throws: `Refusal` with code `store_unavailable`.
  public func lastPaidCharge(since time: LedgerTime) async throws(Refusal) -> Charge? {
    try await write { database in
      let sql = "SELECT * FROM charges WHERE created_at >= ? AND state IN ('paid', 'paid_offline', 'voiding', 'voided')"
      let charges = try Row.fetchAll(database, sql: sql, arguments: [time.microseconds]).compactMap { row in
        try Self.charge(row, in: database)
      }
      return charges.filter { $0.paidAt != nil }.max { ($0.paidAt ?? $0.createdAt) < ($1.paidAt ?? $1.createdAt) }
    }
  }

  /// Ends what a stop of the daemon interrupted, and gives the charges that only cover a part, which are to be given back.
  ///
  /// An open charge without a debit expires, for no card paid it; one with a debit is unknown until the ledger was asked.
  /// - Throws: `Refusal` with code `store_unavailable`.
  public func settleInterruptedCharges(at time: LedgerTime) async throws(Refusal) -> [Charge] {
    try await write { database in
      let sql = "SELECT * FROM charges WHERE state IN ('waiting', 'deciding', 'sent', 'partly_paid', 'unknown')"
      var incomplete: [Charge] = []
      for row in try Row.fetchAll(database, sql: sql) {
        guard var charge = try Self.charge(row, in: database) else { continue }
        if charge.parts.isEmpty {
          if charge.state.word == "unknown" { continue }
          let hasDebit = try Bool.fetchOne(
            database, sql: "SELECT EXISTS (SELECT 1 FROM outbox WHERE charge = ?)", arguments: [charge.id.text])
          charge.state = hasDebit == true ? .unknown(Refusal(.outcomeUnknown)) : .expired
        } else {
          charge.interrupt()
        }
        try Self.update(charge, at: time, in: database)
        if case .partlyPaid = charge.state { incomplete.append(charge) }
      }
      return incomplete
    }
  }

  static func update(_ charge: Charge, at time: LedgerTime, in database: Database) throws {
    try database.executeKept(
      """
      UPDATE charges SET state = ?, card = ?, tap = ?, code = ?, sentence = ?, receipt = ?, details = ?,
        updated_at = ? WHERE id = ?
      """,
      [
        charge.state.word, nil, charge.tap?.text, (charge.state.refusal ?? charge.lastRefusal)?.code.rawValue,
        (charge.state.refusal ?? charge.lastRefusal)?.sentence,
        charge.state.receipt?.json.nameless(charge.card ?? "").compact,
        charge.details.nameless(charge.card ?? "").compact, time.microseconds, charge.id.text,
      ])
    for (step, value) in charge.spans.microseconds {
      try database.executeKept(
        "INSERT OR REPLACE INTO spans (charge, step, microseconds) VALUES (?, ?, ?)",
        [charge.id.text, step.rawValue, value])
    }
  }
}

extension KioskStore {
  /// A charge with its cards, whose numbers stand in the outbox only: a card that was refused left none.
  private static func charge(_ row: Row, in database: Database) throws -> Charge? {
    let sql = "SELECT wallet, card FROM outbox WHERE charge = ?"
    let rows = try Row.fetchAll(database.cachedStatement(sql: sql), arguments: [row["id"] as String])
    let cards = Dictionary(rows.map { ($0["wallet"] as String, $0["card"] as String) }, uniquingKeysWith: { $1 })
    return Charge(row, cards: cards, last: rows.last?["card"])
  }
}

extension Charge {
  /// - Parameters:
  ///   - cards: the tag id of each wallet that pays a part.
  ///   - last: that of the card that paid last.
  fileprivate init?(_ row: Row, cards: [String: String], last: String?) {
    var details = (row["details"] as String?).flatMap { try? JSON.parse($0) }
    if var object = details?.object, let parts = object["parts"]?.elements {
      object["parts"] = .array(parts.map { part in part.named(cards[part["wallet"]?.text ?? ""] ?? "") })
      details = .object(object)
    }
    guard let id = EntityID(row["id"]) else { return nil }
    self.init(
      id: id, amount: Amount(minorUnits: row["amount"]), description: row["description"],
      terms: ChargeTerms(details?["terms"]), createdAt: LedgerTime(microseconds: row["created_at"]))
    card = last
    tap = (row["tap"] as String?).flatMap { EntityID($0) }
    if let details { take(details: details) }
    let code = (row["code"] as String?).flatMap { Refusal.Code(rawValue: $0) }
    lastRefusal = code.map { Refusal($0, row["sentence"]) }
    guard let state = ChargeState(row, card: last ?? "", refusal: lastRefusal, missing: missing) else { return nil }
    self.state = state
  }

  /// The daemon stopped under it: what was sent is in doubt, and a tap that was being decided paid nothing.
  fileprivate mutating func interrupt() {
    for index in parts.indices where parts[index].state == .sent { parts[index].state = .unknown }
    reckon()
  }
}

extension ChargeState {
  fileprivate init?(_ row: Row, card: String, refusal: Refusal?, missing: Amount) {
    let refusal = refusal ?? Refusal(.ledgerRefused)
    let receipt = (row["receipt"] as String?).flatMap { try? JSON.parse($0) }.flatMap { Receipt($0.named(card)) }
    switch row["state"] as String {
    case "waiting": self = .waiting
    case "deciding": self = .deciding
    case "sent": self = .sent
    case "partly_paid": self = .partlyPaid(missing: missing)
    case "paid":
      guard let receipt else { return nil }
      self = .paid(receipt)
    case "paid_offline": self = .paidOffline
    case "refused": self = .refused(refusal)
    case "expired": self = .expired
    case "cancelled": self = .cancelled
    case "unknown": self = .unknown(refusal)
    case "voiding": self = .voiding
    case "voided": self = .voided
    default: return nil
    }
  }
}
