import FedowProtocol
import GRDB
import Model

extension KioskStore {
  /// What `decide` made of a card, inside the transaction that makes it durable.
  public enum Plan: Hashable, Sendable {
    /// Debit with these bytes.
    case send(SignedDebit)
    /// Do not.
    case refuse(Refusal)
  }

  /// The one transaction of a tap: the card goes into the directory, `decide` is asked, and its debit goes into the
  /// outbox with the charge's new state; or nothing of it.
  ///
  /// - Parameters:
  ///   - decide: synchronous and without effects, for it runs inside the transaction; it also gives the charge as it is
  ///     from now on.
  /// - Throws: `Refusal` with code `store_unavailable`.
  public func recordTap(
    reading: CardReading, dialect: String, at time: LedgerTime,
    decide: @escaping @Sendable (CardReading) -> (plan: Plan, charge: Charge)
  ) async throws(Refusal) -> (plan: Plan, charge: Charge) {
    try await write { database in
      try Self.remember(reading, at: time, in: database)
      let (plan, charge) = decide(reading)
      try Self.update(charge, at: time, in: database)
      if case .send(let debit) = plan {
        try database.executeKept(
          """
          INSERT INTO outbox (id, charge, card, wallet, dialect, path, body, signature, witness, state, created_at,
            updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 'pending', ?, ?)
          """,
          [
            debit.id.text, charge.id.text, debit.card, debit.wallet.text, dialect, debit.path, debit.body.data,
            debit.signature, debit.witness, time.microseconds, time.microseconds,
          ])
      }
      return (plan, charge)
    }
  }

  /// Writes what became of a debit, and of its charge with it.
  /// - Throws: `Refusal` with code `store_unavailable`.
  public func settle(
    _ debit: EntityID, as state: OutboxState, charge: Charge, answer: String?, at time: LedgerTime
  ) async throws(Refusal) {
    try await write { database in
      try database.execute(
        sql:
          "UPDATE outbox SET state = ?, answer = ?, updated_at = ? WHERE id = ? AND state NOT IN ('posted', 'refused')",
        arguments: [state.rawValue, answer, time.microseconds, debit.text])
      // A final row stays what it is: what the ledger once confirmed is never overwritten by a late doubt.
      guard database.changesCount == 1 else { return }
      try Self.update(charge, at: time, in: database)
    }
  }

  /// Counts a repeated sending before it is made.
  /// - Throws: `Refusal` with code `store_unavailable`.
  public func noteResending(_ debit: EntityID, at time: LedgerTime) async throws(Refusal) {
    try await write { database in
      try database.execute(
        sql: "UPDATE outbox SET state = 'sent', attempts = attempts + 1, updated_at = ? WHERE id = ?",
        arguments: [time.microseconds, debit.text])
    }
  }

  /// The debits that are not final, oldest first.
  /// - Throws: `Refusal` with code `store_unavailable`.
  public func openDebits() async throws(Refusal) -> [OutboxRow] {
    try await write { database in
      let sql = "SELECT * FROM outbox WHERE state NOT IN ('posted', 'refused') ORDER BY created_at, id"
      return try Row.fetchAll(database, sql: sql).compactMap { OutboxRow($0) }
    }
  }

  /// One debit; nil when there is none with this id.
  /// - Throws: `Refusal` with code `store_unavailable`.
  public func debit(_ id: EntityID) async throws(Refusal) -> OutboxRow? {
    try await write { database in
      try Row.fetchOne(database, sql: "SELECT * FROM outbox WHERE id = ?", arguments: [id.text])
        .flatMap { OutboxRow($0) }
    }
  }

  /// How many debits stand where.
  /// - Throws: `Refusal` with code `store_unavailable`.
  public func outboxCounts() async throws(Refusal) -> [OutboxState: Int] {
    try await write { database in
      let rows = try Row.fetchAll(database, sql: "SELECT state, count(*) AS number FROM outbox GROUP BY state")
      return Dictionary(
        rows.compactMap { row in OutboxState(rawValue: row["state"]).map { ($0, row["number"]) } },
        uniquingKeysWith: { first, _ in first })
    }
  }

  /// The card as it was last read, with the time of reading; nil when it never was.
  /// - Throws: `Refusal` with code `store_unavailable`.
  public func lastReading(of card: String) async throws(Refusal) -> (reading: CardReading, at: LedgerTime)? {
    try await write { database in
      guard let row = try Row.fetchOne(database, sql: "SELECT * FROM directory WHERE card = ?", arguments: [card]),
        let reading = CardReading(parsing: (row["snapshot"] as DatabaseBytes).bytes)
      else { return nil }
      return (reading, LedgerTime(microseconds: row["read_at"]))
    }
  }

  private static func remember(_ reading: CardReading, at time: LedgerTime, in database: Database) throws {
    try database.executeKept(
      "INSERT OR REPLACE INTO directory (card, wallet, snapshot, read_at) VALUES (?, ?, ?, ?)",
      [reading.card.firstTagID, reading.card.wallet.text, reading.body.data, time.microseconds])
  }
}

extension OutboxRow {
  fileprivate init?(_ row: Row) {
    guard let id = EntityID(row["id"]), let charge = EntityID(row["charge"]), let wallet = EntityID(row["wallet"]),
      let state = OutboxState(rawValue: row["state"])
    else { return nil }
    let debit = SignedDebit(
      id: id, card: row["card"], wallet: wallet, path: row["path"], body: (row["body"] as DatabaseBytes).bytes,
      signature: row["signature"], witness: row["witness"])
    self.init(
      charge: charge, debit: debit, dialect: row["dialect"], state: state, attempts: row["attempts"],
      createdAt: LedgerTime(microseconds: row["created_at"]))
  }
}
