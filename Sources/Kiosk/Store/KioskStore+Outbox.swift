import FedowProtocol
import GRDB
import Model

/// What became of a row of the outbox, and of its charge with it.
public struct Settlement: Sendable {
  /// The row.
  public let id: EntityID
  /// Where it stands from now on.
  public let state: OutboxState
  /// The charge from now on.
  public let charge: Charge
  /// The ledger's receipt.
  public let receipt: Receipt?
  /// Why the ledger refused it, or what is wrong though it is posted.
  public let refusal: Refusal?
  /// The rows that end with it because they were not sent, and now are not any more.
  public let withdrawn: [EntityID]
  /// When.
  public let at: LedgerTime
  /// Its number among what was posted, from the instant at which the ledger's word was heard; nil numbers it as it is written.
  let posting: Int64?

  /// A settlement.
  public init(
    id: EntityID, state: OutboxState, charge: Charge, receipt: Receipt? = nil, refusal: Refusal? = nil,
    withdrawn: [EntityID] = [], at: LedgerTime
  ) {
    self.init(
      id: id, state: state, charge: charge, receipt: receipt, refusal: refusal, withdrawn: withdrawn, at: at,
      posting: nil)
  }

  init(
    id: EntityID, state: OutboxState, charge: Charge, receipt: Receipt? = nil, refusal: Refusal? = nil,
    withdrawn: [EntityID] = [], at: LedgerTime, posting: Int64?
  ) {
    self.posting = posting
    self.withdrawn = withdrawn
    self.id = id
    self.state = state
    self.charge = charge
    self.receipt = receipt
    self.refusal = refusal
    self.at = at
  }
}

extension KioskStore {
  /// The states of rows that still wait for the ledger.
  private static let open = "state IN ('pending', 'sent', 'unknown')"

  /// Writes what became of a debit, and of its charge with it; what ends at the same time shares one commit.
  /// - Throws: `Refusal` with code `store_unavailable`.
  public func settle(_ settlement: Settlement) async throws(Refusal) {
    try await group.write { try settle(settlement, in: $0) }
  }

  /// Sees to it that the rows of a tap whose transaction failed are never sent, should they have reached the disk after
  /// all.
  /// - Throws: `Refusal` with code `store_unavailable`.
  public func disown(_ tap: EntityID, charge: Charge, at time: LedgerTime) async throws(Refusal) {
    try await write { database in
      let sql = "SELECT id FROM outbox WHERE charge = ? AND voids IS NULL AND \(Self.open)"
      // The rows of the charge's earlier taps are parts of it; those of this tap never became any.
      let known = Set(charge.parts.map(\.tap.text))
      for id in try String.fetchAll(database, sql: sql, arguments: [charge.id.text]) where !known.contains(id) {
        guard let row = EntityID(id) else { continue }
        try settle(Settlement(id: row, state: .refused, charge: charge, at: time), isOurs: true, in: database)
      }
      try Self.update(charge, at: time, in: database)
    }
  }

  /// Counts a sending before it is made.
  /// - Throws: `Refusal` with code `store_unavailable`.
  public func noteSending(_ row: EntityID, at time: LedgerTime) async throws(Refusal) {
    try await group.write { database in
      try database.executeKept(
        "UPDATE outbox SET state = 'sent', attempts = attempts + 1, updated_at = ? WHERE id = ?",
        [time.microseconds, row.text])
    }
  }

  /// Replaces the bytes of a row that is not at its end by the same request, signed anew.
  /// - Throws: `Refusal` with code `store_unavailable`.
  public func renew(_ debit: SignedDebit, at time: LedgerTime) async throws(Refusal) {
    try await group.write { database in
      try database.executeKept(
        "UPDATE outbox SET body = ?, signature = ?, updated_at = ? WHERE id = ? AND state NOT IN ('posted', 'refused')",
        [debit.body.data, debit.signature, time.microseconds, debit.id.text])
    }
  }

  /// The rows that still wait for the ledger, in order: their ids and wallets.
  /// - Throws: `Refusal` with code `store_unavailable`.
  public func waitingRows() async throws(Refusal) -> [(id: EntityID, wallet: EntityID)] {
    try await ids(Self.open)
  }

  private func ids(_ condition: String) async throws(Refusal) -> [(id: EntityID, wallet: EntityID)] {
    try await write { database in
      let sql = "SELECT id, wallet FROM outbox WHERE \(condition) ORDER BY sequence"
      return try Row.fetchAll(database, sql: sql).compactMap { row in
        guard let id = EntityID(row["id"]), let wallet = EntityID(row["wallet"]) else { return nil }
        return (id, wallet)
      }
    }
  }

  /// The rows that are to be taken up after a restart, in order: those that wait for the ledger, and those at their end of
  /// which their charge may not know it, because what it wrote last was in doubt of them.
  /// - Throws: `Refusal` with code `store_unavailable`.
  func rowsToTakeUp() async throws(Refusal) -> [(id: EntityID, wallet: EntityID)] {
    // A void that was refused may have been followed by another, which then says what becomes of the debit.
    try await ids(
      """
      \(Self.open) OR charge IN (
          SELECT id FROM charges WHERE state IN ('sent', 'unknown', 'voiding', 'partly_paid', 'paid_offline'))
        AND NOT EXISTS (
          SELECT 1 FROM outbox AS later WHERE later.charge = outbox.charge AND later.voids = outbox.voids
            AND later.sequence > outbox.sequence)
      """)
  }

  /// Rows of the outbox, oldest first.
  /// - Parameters:
  ///   - states: only those that stand so.
  ///   - isOffline: only those that were decided without the ledger.
  /// - Throws: `Refusal` with code `store_unavailable`.
  public func rows(
    in states: Set<OutboxState>, isOffline: Bool = false, limit: Int = 1000
  ) async throws(Refusal) -> [OutboxRow] {
    try await write { database in
      let words = states.map { "'\($0.rawValue)'" }.joined(separator: ",")
      let sql = "SELECT * FROM outbox WHERE state IN (\(words)) AND is_offline >= ? ORDER BY sequence LIMIT ?"
      return try Row.fetchAll(database, sql: sql, arguments: [isOffline, limit]).compactMap { OutboxRow($0) }
    }
  }

  /// One row; nil when there is none with this id.
  /// - Throws: `Refusal` with code `store_unavailable`.
  public func row(_ id: EntityID) async throws(Refusal) -> OutboxRow? {
    try await write { database in
      try database.firstKept("SELECT * FROM outbox WHERE id = ?", [id.text]).flatMap { OutboxRow($0) }
    }
  }

  /// How many rows stand where.
  /// - Throws: `Refusal` with code `store_unavailable`.
  public func outboxCounts() async throws(Refusal) -> [OutboxState: Int] {
    try await write { database in
      let rows = try Row.fetchAll(database, sql: "SELECT state, count(*) AS number FROM outbox GROUP BY state")
      return Dictionary(
        rows.compactMap { row in OutboxState(rawValue: row["state"]).map { ($0, row["number"]) } },
        uniquingKeysWith: { first, _ in first })
    }
  }

  /// The refused offline debits of a charge that are not settled, and for which the ledger was not asked to let them go.
  /// - Throws: `Refusal` with code `store_unavailable`.
  public func claims(on charge: EntityID) async throws(Refusal) -> [OutboxRow] {
    try await write { database in
      let sql = """
        SELECT * FROM outbox WHERE charge = ?1 AND id IN (SELECT debit FROM unsettled)
          AND id NOT IN (SELECT voids FROM outbox WHERE charge = ?1 AND voids IS NOT NULL) ORDER BY sequence
        """
      return try Row.fetchAll(database, sql: sql, arguments: [charge.text]).compactMap { OutboxRow($0) }
    }
  }

  /// The refused offline debits that nobody settled, as far as is known here.
  /// - Throws: `Refusal` with code `store_unavailable`.
  public func claims() async throws(Refusal) -> [EntityID] {
    try await write { database in
      try String.fetchAll(database, sql: "SELECT debit FROM unsettled ORDER BY debit").compactMap { EntityID($0) }
    }
  }

  /// The charges that have refused offline debits which are not settled.
  /// - Throws: `Refusal` with code `store_unavailable`.
  public func chargesWithClaims() async throws(Refusal) -> [EntityID] {
    try await write { database in
      let sql = "SELECT DISTINCT charge FROM outbox WHERE id IN (SELECT debit FROM unsettled)"
      return try String.fetchAll(database, sql: sql).compactMap { EntityID($0) }
    }
  }

  /// A refused offline debit was settled, by the ledger's word or an operator's: the card may pay here again.
  /// - Throws: `Refusal` with code `store_unavailable`.
  public func release(debit: EntityID, audit: AuditEntry) async throws(Refusal) {
    try await write { database in
      try Self.release(debit: debit.text, in: database)
      try Self.write(audit, in: database)
    }
  }

  /// - Parameter isOurs: the kiosk itself ends the row, so no card is to blame.
  private func settle(_ settlement: Settlement, isOurs: Bool = false, in database: Database) throws {
    guard let row = try database.firstKept("SELECT * FROM outbox WHERE id = ?", [settlement.id.text]) else { return }
    if let now = OutboxState(rawValue: row["state"]), now.isFinal {
      // A final row stays what it is: what the ledger once confirmed is never overwritten by a late doubt. When this is
      // what it is, written by a try that was reported as failed, the charge may have been written again since.
      if now == settlement.state { try Self.update(settlement.charge, at: settlement.at, in: database) }
      return
    }
    try database.executeKept(
      "UPDATE outbox SET state = ?, answer = ?, code = ?, sentence = ?, updated_at = ?, posting = ? WHERE id = ?",
      [
        settlement.state.rawValue, settlement.receipt?.json.compact, settlement.refusal?.code.rawValue,
        settlement.refusal?.sentence, settlement.at.microseconds,
        settlement.state == .posted ? settlement.posting ?? postings.next() : nil, settlement.id.text,
      ])
    for id in settlement.withdrawn { try withdraw(id, Self.sameTap, settlement.at, in: database) }
    // What it never took it must not give back.
    let isMoot = settlement.state == .refused && !NativeDialect.keepsRefusals(row["dialect"])
    let voids = isMoot ? try openVoids(of: settlement.id, in: database) : []
    for id in voids { try withdraw(id, Self.nothingTaken, settlement.at, in: database) }
    try Self.update(settlement.charge, at: settlement.at, in: database)
    // Who gave the goods back owes nothing for them.
    if settlement.state == .posted, let voided: String = row["voids"] {
      try Self.release(debit: voided, in: database)
    }
    guard row["is_offline"] as Bool, settlement.state.isFinal else { return }
    if settlement.state == .refused && !isOurs && voids.isEmpty && (row["amount"] as Int64) > 0 {
      // It stays outstanding until somebody settles it: the goods are gone. Of an entrance that cost nothing, nothing is left.
      try database.executeKept(
        "INSERT OR REPLACE INTO unsettled (debit, tag, amount) VALUES (?, ?, ?)",
        [settlement.id.text, digest(row["card"]), row["amount"] as Int64])
    } else {
      try Self.lower(digest(row["card"]), by: row["amount"], in: database)
    }
  }

  private static let sameTap = "Not sent, because another debit of the same tap was refused."
  private static let nothingTaken = "Not sent, because the ledger refused the debit: there is nothing to give back."

  /// The voids of a debit that wait behind it.
  private func openVoids(of debit: EntityID, in database: Database) throws -> [EntityID] {
    let sql = """
      SELECT id FROM outbox WHERE charge = (SELECT charge FROM outbox WHERE id = ?1) AND voids = ?1 AND \(Self.open)
      """
    return try String.fetchAll(database, sql: sql, arguments: [debit.text]).compactMap { EntityID($0) }
  }

  /// Ends a row that was not sent; what it held of the offline sums is free again.
  private func withdraw(_ id: EntityID, _ reason: String, _ time: LedgerTime, in database: Database) throws {
    let sql = "SELECT * FROM outbox WHERE id = ? AND state NOT IN ('posted', 'refused')"
    guard let row = try database.firstKept(sql, [id.text]) else { return }
    try database.executeKept(
      "UPDATE outbox SET state = 'refused', code = ?, sentence = ?, updated_at = ? WHERE id = ?",
      [Refusal.Code.ledgerRefused.rawValue, reason, time.microseconds, id.text])
    if row["is_offline"] as Bool {
      try Self.lower(digest(row["card"]), by: row["amount"], in: database)
    }
  }

  /// Ends what is outstanding of a refused debit that was settled.
  static func release(debit: String, in database: Database) throws {
    for row in try Row.fetchAll(database, sql: "SELECT * FROM unsettled WHERE debit = ?", arguments: [debit]) {
      try lower(row["tag"], by: row["amount"], in: database)
    }
    try database.execute(sql: "DELETE FROM unsettled WHERE debit = ?", arguments: [debit])
  }

  private static func lower(_ card: String, by amount: Int64, in database: Database) throws {
    for name in [card, device] {
      try database.executeKept(
        "UPDATE offline_spending SET amount = max(0, amount - ?) WHERE card = ?", [amount, name])
    }
    try database.executeKept("DELETE FROM offline_spending WHERE amount = 0", [])
  }
}

extension OutboxRow {
  fileprivate init?(_ row: Row) {
    guard let id = EntityID(row["id"]), let charge = EntityID(row["charge"]), let wallet = EntityID(row["wallet"]),
      let state = OutboxState(rawValue: row["state"])
    else { return nil }
    let debit = SignedDebit(
      id: id, card: row["card"], wallet: wallet, path: row["path"], body: (row["body"] as DatabaseBytes).bytes,
      signature: row["signature"], witness: row["witness"],
      payee: (row["payee"] as String?).flatMap { EntityID($0) })
    let code = (row["code"] as String?).flatMap { Refusal.Code(rawValue: $0) }
    self.init(
      charge: charge, debit: debit, dialect: row["dialect"], amount: Amount(minorUnits: row["amount"]),
      isOffline: row["is_offline"], voids: (row["voids"] as String?).flatMap { EntityID($0) }, state: state,
      attempts: row["attempts"], createdAt: LedgerTime(microseconds: row["created_at"]),
      updatedAt: LedgerTime(microseconds: row["updated_at"]), refusal: code.map { Refusal($0, row["sentence"]) },
      receipt: (row["answer"] as String?).flatMap { try? JSON.parse($0) }.flatMap { Receipt($0) })
  }
}
