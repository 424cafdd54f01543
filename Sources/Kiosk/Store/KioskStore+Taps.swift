import FedowProtocol
import GRDB
import Model
import Rules

/// What the kiosk knows of a card and of itself at a tap, besides what the ledger says now.
public struct TapKnowledge: Sendable {
  /// The card as the ledger told it last; nil when this kiosk never saw it.
  public var lastReading: (body: [UInt8], at: LedgerTime)?
  /// What the hotlist says.
  public var hotlisted = CardStanding.usable
  /// Whether a debit of this card that was decided offline was refused, and nobody has settled it.
  public var isUnsettledHere = false
  /// When the hotlist was read; nil when never.
  public var hotlistAt: LedgerTime?
  /// What was debited here of each asset and does not show in the reading, in minor units.
  public var spentSince: [EntityID: Amount] = [:]
  /// What was taken here of each asset from any card and does not show in the reading's room for it, in minor units.
  public var takenSince: [EntityID: Amount] = [:]
  /// What this card has outstanding, in minor units.
  public var spentByCard = Amount.zero
  /// What all cards have outstanding, in minor units.
  public var spentByDevice = Amount.zero
  /// How many rows wait for the ledger.
  public var waiting = 0
  /// When the card's holder last came in here.
  public var lastEntrance: LedgerTime?
}

/// A tap that is about to be decided.
public struct TapInput: Sendable {
  /// The 8-digit tag id.
  public let card: String
  /// What the ledger says of it now, when it was asked, and the number of what was posted last by then; nil when it does not
  /// answer.
  public let reading: (CardReading, askedAt: LedgerTime, after: Int64)?
  /// The dialect that the bytes will be in.
  public let dialect: String
  /// The time.
  public let at: LedgerTime

  /// A tap.
  public init(
    card: String, reading: (CardReading, askedAt: LedgerTime, after: Int64)?, dialect: String, at: LedgerTime
  ) {
    self.card = card
    self.reading = reading
    self.dialect = dialect
    self.at = at
  }
}

extension KioskStore {
  /// The outstanding sum of all cards stands under this name: no tag id is empty.
  static let device = ""

  /// What `decide` made of a card, inside the transaction that makes it durable.
  public enum Plan: Hashable, Sendable {
    /// Debit with these bytes, one after the other.
    case send([OutboxEntry])
    /// Do not.
    case refuse(Refusal)
  }

  /// The one transaction of a tap: the card goes into the directory, `decide` is asked, and its debit goes into the
  /// outbox with the charge's new state and the outstanding sums; or nothing of it.
  ///
  /// - Parameters:
  ///   - decide: synchronous and without effects, for it runs inside the transaction; it also gives the charge as it is
  ///     from now on.
  /// - Throws: `Refusal` with code `store_unavailable`.
  public func recordTap(
    _ tap: TapInput, decide: @escaping @Sendable (TapKnowledge) -> (plan: Plan, charge: Charge)
  ) async throws(Refusal) -> (plan: Plan, charge: Charge) {
    try await write { database in
      if let (reading, askedAt, postings) = tap.reading {
        try remember(reading, at: askedAt, after: postings, in: database)
        try Self.remember("contact", "", at: tap.at, in: database)
      }
      let (plan, charge) = decide(try knowledge(of: tap.card, in: database))
      try Self.update(charge, at: tap.at, in: database)
      if case .send(let entries) = plan {
        for entry in entries {
          try append(entry, charge: charge.id, dialect: tap.dialect, at: tap.at, in: database)
        }
      }
      return (plan, charge)
    }
  }

  /// What the kiosk knows of a card now, for a preview.
  /// - Throws: `Refusal` with code `store_unavailable`.
  public func knowledge(of card: String) async throws(Refusal) -> TapKnowledge {
    try await write { try knowledge(of: card, in: $0) }
  }

  /// Adds voids of debits to the outbox, with the charge's new state and a line of the audit trail; those that are there
  /// already, because the disk took what it said it had not or somebody else was first, stay as they are.
  ///
  /// A ledger that keeps no refusals is not sent the void of a debit that it refused meanwhile: it would give what it never
  /// took.
  /// - Parameter charge: as it is from now on; nil when it stays what it is.
  /// - Throws: `Refusal` with code `store_unavailable`.
  public func append(
    _ entries: [OutboxEntry], of id: EntityID, becoming charge: Charge?, dialect: String, audit: AuditEntry?,
    at time: LedgerTime
  ) async throws(Refusal) {
    // In order with what becomes of the debits, which is written in groups.
    try await group.write { database in
      let new = try entries.filter { try !isThere($0, of: id, in: database) }
      for entry in new where try !isMoot(entry, dialect: dialect, in: database) {
        try append(entry, charge: id, dialect: dialect, at: time, in: database)
      }
      if let audit, !new.isEmpty || entries.isEmpty { try Self.write(audit, in: database) }
      if let charge { try Self.update(charge, at: time, in: database) }
    }
  }

  /// Whether it is there, or another void of its debit that is not refused.
  private func isThere(_ entry: OutboxEntry, of charge: EntityID, in database: Database) throws -> Bool {
    let sql = "SELECT 1 FROM outbox WHERE charge = ? AND (id = ? OR voids = ? AND state <> 'refused')"
    return try database.firstKept(sql, [charge.text, entry.debit.id.text, entry.voids?.text]) != nil
  }

  /// Whether it takes back what a ledger that keeps no refusals has refused; nobody owes it then.
  private func isMoot(_ entry: OutboxEntry, dialect: String, in database: Database) throws -> Bool {
    let refused = "SELECT 1 FROM outbox WHERE id = ? AND state = 'refused'"
    guard let debit = entry.voids?.text, !NativeDialect.keepsRefusals(dialect),
      try database.firstKept(refused, [debit]) != nil
    else { return false }
    try Self.release(debit: debit, in: database)
    return true
  }

  private func append(
    _ entry: OutboxEntry, charge: EntityID, dialect: String, at time: LedgerTime, in database: Database
  ) throws {
    let debit = entry.debit
    let parts = JSON.object(JSONObject(entry.parts.map { ($0.asset.text, JSON($0.amount.minorUnits)) }))
    try database.executeKept(
      """
      INSERT INTO outbox (id, charge, card, wallet, dialect, path, body, signature, witness, amount, parts, is_offline,
        voids, payee, state, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'pending', ?, ?)
      """,
      [
        debit.id.text, charge.text, debit.card, debit.wallet.text, dialect, debit.path, debit.body.data,
        debit.signature, debit.witness, entry.amount.minorUnits, parts.compact, entry.isOffline, entry.voids?.text,
        debit.payee?.text,
        time.microseconds, time.microseconds,
      ])
    guard entry.isOffline else { return }
    for name in [digest(debit.card), Self.device] {
      try database.executeKept(
        """
        INSERT INTO offline_spending (card, amount) VALUES (?, ?)
          ON CONFLICT (card) DO UPDATE SET amount = amount + excluded.amount
        """, [name, entry.amount.minorUnits])
    }
  }

  private func knowledge(of card: String, in database: Database) throws -> TapKnowledge {
    let name = digest(card)
    var known = TapKnowledge()
    if let row = try database.firstKept("SELECT * FROM directory WHERE card = ?", [name]) {
      let time = LedgerTime(microseconds: row["read_at"])
      let snapshot = try? JSON.parse((row["snapshot"] as DatabaseBytes).bytes).named(card)
      known.lastReading = (snapshot?.compactBytes ?? [], time)
      known.spentSince = try Self.spending(of: (row["wallet"], card), after: row["postings"], in: database)
      // Counting what all cards spent is only needed where the place has a ceiling.
      if snapshot?["holdings"]?.elements?.contains(where: { $0["room"]?.int64 != nil }) ?? false {
        known.takenSince = try Self.spending(of: nil, after: row["postings"], in: database)
      }
      known.lastEntrance = try Self.lastEntrance(of: row["wallet"], in: database)
    }
    if let row = try database.firstKept("SELECT state FROM hotlist WHERE tag = ?", [name]) {
      // A word that this version does not know is on the list for some reason.
      known.hotlisted = CardStanding(rawValue: row["state"]) ?? .blocked
    }
    known.isUnsettledHere = try database.firstKept("SELECT 1 FROM unsettled WHERE tag = ? LIMIT 1", [name]) != nil
    known.hotlistAt = try database.firstKept("SELECT at FROM knowledge WHERE subject = ?", ["hotlist"])
      .map { LedgerTime(microseconds: $0["at"]) }
    let outstanding = { (name: String) throws -> Amount in
      let row = try database.firstKept("SELECT amount FROM offline_spending WHERE card = ?", [name])
      return Amount(minorUnits: row?["amount"] ?? 0)
    }
    known.spentByCard = try outstanding(name)
    known.spentByDevice = try outstanding(Self.device)
    // Counting is only needed where something is outstanding.
    if known.spentByDevice > .zero {
      let sql = "SELECT count(*) AS number FROM outbox WHERE state IN ('pending', 'sent', 'unknown')"
      known.waiting = try database.firstKept(sql, [])?["number"] ?? 0
    }
    return known
  }

  private static func lastEntrance(of wallet: String, in database: Database) throws -> LedgerTime? {
    try database.firstKept(
      """
      SELECT o.created_at AS at FROM outbox o JOIN charges c ON c.id = o.charge
      WHERE o.wallet = ? AND o.voids IS NULL AND o.state <> 'refused'
        AND json_extract(c.details, '$.terms.entrance') IS NOT NULL AND c.state NOT IN ('voiding', 'voided')
      ORDER BY o.sequence DESC LIMIT 1
      """, [wallet]
    ).map { LedgerTime(microseconds: $0["at"]) }
  }

  /// What the reading does not show: all that is not final, and what was posted since it was asked for.
  ///
  /// Of the card also what it paid while it opened another wallet: that becomes a person's with the card.
  private static func spending(
    of holder: (wallet: String, card: String)?, after postings: Int64, in database: Database
  ) throws -> [EntityID: Amount] {
    let ofHolder = holder == nil ? "" : "AND (wallet = ?2 OR card = ?3)"
    // Two questions, each with an index of its own of what is open, and of what was posted since.
    let sql = """
      SELECT parts FROM outbox WHERE state IN ('pending', 'sent', 'unknown') AND voids IS NULL \(ofHolder)
      UNION ALL
      SELECT parts FROM outbox WHERE state = 'posted' AND posting > ?1 AND voids IS NULL \(ofHolder)
      """
    let arguments: StatementArguments = holder.map { [postings, $0.wallet, $0.card] } ?? [postings]
    let rows = try Row.fetchAll(database.cachedStatement(sql: sql), arguments: arguments)
    var spent: [EntityID: Amount] = [:]
    for row in rows {
      for entry in (try? JSON.parse(row["parts"] as String))?.object?.entries ?? [] {
        guard let asset = entry.key.string.flatMap({ EntityID($0) }), let amount = entry.value.int64 else { continue }
        spent[asset] = (spent[asset] ?? .zero).adding(Amount(minorUnits: amount)) ?? Amount(minorUnits: .max)
      }
    }
    return spent
  }

  private func remember(
    _ reading: CardReading, at time: LedgerTime, after postings: Int64, in database: Database
  ) throws {
    let tag = reading.card.firstTagID
    let snapshot = (try? JSON.parse(reading.body)) ?? nil
    try database.executeKept(
      "INSERT OR REPLACE INTO directory (card, wallet, snapshot, read_at, postings) VALUES (?, ?, ?, ?, ?)",
      [digest(tag), reading.card.wallet.text, snapshot.nameless(tag).compactBytes.data, time.microseconds, postings])
  }

  static func remember(_ subject: String, _ value: String, at time: LedgerTime, in database: Database) throws {
    try database.executeKept(
      "INSERT OR REPLACE INTO knowledge (subject, value, at) VALUES (?, ?, ?)", [subject, value, time.microseconds])
  }
}
