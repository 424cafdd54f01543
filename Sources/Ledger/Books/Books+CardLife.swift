import FedowProtocol
import GRDB
import Model
import Rules

/// What a card's row says beyond what a payment needs.
extension Books {
  /// That a card opens nothing, and by whom.
  struct CardBlock: Hashable {
    let by: CardActor?
    let at: LedgerTime?
    /// The wallet that the old call for lost cards took it from; its owner can have it back.
    var lostFrom: EntityID?
  }

  /// The rest of a card's row.
  struct CardRecord: Hashable {
    let fullUID: String?
    let replaces: EntityID?
    /// Nil when it is not blocked.
    let block: CardBlock?
  }

  func record(of card: EntityID) throws -> CardRecord {
    guard
      let row = try row(
        "SELECT full_uid, replaces, blocked, blocked_at, blocked_by, lost_from FROM cards WHERE uuid = ?", [card.text])
    else { throw Refusal(.cardUnknown) }
    let isBlocked: Bool = row["blocked"]
    let block = CardBlock(
      by: (row["blocked_by"] as String?).flatMap { CardActor(stored: $0) }, at: row.time("blocked_at"),
      lostFrom: try row.optionalID("lost_from"))
    return CardRecord(
      fullUID: row["full_uid"], replaces: try row.optionalID("replaces"), block: isBlocked ? block : nil)
  }

  /// Blocks a card, or frees it; the hotlist follows by itself.
  func setBlock(_ block: CardBlock?, card: EntityID) throws {
    try execute(
      "UPDATE cards SET blocked = ?, blocked_at = ?, blocked_by = ?, lost_from = ? WHERE uuid = ?",
      [block != nil, block?.at?.microseconds, block?.by?.stored, block?.lostFrom?.text, card.text])
  }

  func setLimits(_ limits: Delegation.Limits, of card: EntityID) throws {
    try execute("UPDATE cards SET per_tap = ?, per_day = ? WHERE uuid = ?", [limits.perTap, limits.perDay, card.text])
  }

  /// Sets which card took a card's place, both ways; nil takes that back.
  func setReplacement(of old: EntityID, by new: EntityID, isSet: Bool) throws {
    try execute("UPDATE cards SET replaced_by = ? WHERE uuid = ?", [isSet ? new.text : nil, old.text])
    try execute("UPDATE cards SET replaces = ? WHERE uuid = ?", [isSet ? old.text : nil, new.text])
  }

  /// The card itself, or the one that took its place in the end.
  func successor(of card: EntityID) throws -> Card? {
    var found = try self.card(card)
    while let next = try found?.replacedBy.flatMap({ try self.card($0) }) { found = next }
    return found
  }

  func standing(of card: Card) throws -> CardLife {
    let record = try record(of: card.uuid)
    return CardLife(
      origin: card.origin, hasHolder: card.user != nil || record.block?.lostFrom != nil, isBlocked: card.isBlocked,
      blockedBy: record.block?.by, isReplaced: card.replacedBy != nil, isUnsettled: card.unsettled > 0,
      isUsed: try isUsed(card, record))
  }

  private func isUsed(_ card: Card, _ record: CardRecord) throws -> Bool {
    if card.user != nil || card.replacedBy != nil || record.replaces != nil || record.block?.lostFrom != nil {
      return true
    }
    if let wallet = card.wallet, try !storedTokens(in: wallet).isEmpty { return true }
    return try row("SELECT 1 FROM primary_cards WHERE card = ? LIMIT 1", [card.uuid.text]) != nil
  }

  /// Whether two places are one or members of one federation.
  func isFamily(_ one: EntityID, _ other: EntityID) throws -> Bool {
    if one == other { return true }
    return try row(
      """
      SELECT 1 FROM federation_places a JOIN federation_places b ON b.federation = a.federation
      WHERE a.place = ? AND b.place = ? LIMIT 1
      """, [one.text, other.text]) != nil
  }
}

extension Books.Card {
  /// Why it pays nothing.
  var blockedRefusal: Refusal {
    replacedBy == nil
      ? Refusal(.cardBlocked)
      : Refusal(.cardBlocked, "This card was replaced by another one and opens nothing any more.")
  }
}

extension CardActor {
  /// How it is written into a card's row.
  var stored: String {
    switch self {
    case .place(let place): place.text
    case .holder: "holder"
    case .ledger: "ledger"
    }
  }

  init?(stored: String) {
    switch stored {
    case "holder": self = .holder
    case "ledger": self = .ledger
    default:
      guard let place = EntityID(stored) else { return nil }
      self = .place(place)
    }
  }
}

extension Books {
  /// Whether any transaction names the card; all of them are read through, so this is asked last.
  func isInChain(card: EntityID) throws -> Bool {
    try row("SELECT 1 FROM transactions WHERE card = ?1 OR primary_card = ?1 LIMIT 1", [card.text]) != nil
  }

  func delete(card: EntityID) throws { try execute("DELETE FROM cards WHERE uuid = ?", [card.text]) }
}
