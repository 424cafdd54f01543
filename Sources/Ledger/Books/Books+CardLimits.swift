import FedowProtocol
import GRDB
import Model
import Rules

/// What is used of cards' own limits: one row a local day, moved in the posting's own transaction.
extension Books {
  /// The local day of a card's own limits: in the zone of the place that issued it.
  func cardDay(of card: Card, at time: LedgerTime) throws -> Int64 { try cardZone(card).day(at: time) }

  /// - Throws: `Refusal` with `store_unavailable`: that a zone cannot be read is no decision about a debit.
  private func cardZone(_ card: Card) throws -> ZoneRules {
    let name = try cardZoneName(card)
    do {
      return try TimeZones.system.rules(name)
    } catch {
      throw Refusal(.storeUnavailable, error.sentence)
    }
  }

  private func cardZoneName(_ card: Card) throws -> String {
    try delegationTerms(origin: card.origin).timeZone ?? timeZone()
  }

  func use(ofCard card: EntityID, day: Int64) throws -> Int64 {
    try row("SELECT used FROM card_days WHERE card = ? AND day = ?", [card.text, day])?["used"] ?? 0
  }

  /// - Parameter amount: minor units; negative when a debit is taken back.
  func addUse(_ amount: Int64, ofCard card: EntityID, day: Int64) throws {
    try executeRemembered(
      amount > 0
        ? """
        INSERT INTO card_days (card, day, used) VALUES (?1, ?2, ?3)
        ON CONFLICT (card, day) DO UPDATE SET used = used + ?3
        """ : "UPDATE card_days SET used = used + ?3 WHERE card = ?1 AND day = ?2",
      [card.text, day, amount])
  }

  /// Gives what was used of a card's days to the one that takes its place.
  func moveUse(ofCard old: EntityID, to new: EntityID) throws {
    try execute("DELETE FROM card_days WHERE card = ?", [new.text])
    try execute("UPDATE card_days SET card = ? WHERE card = ?", [new.text, old.text])
  }

  /// A delegation as kiosks read it, made as narrow as the card's own limits: so their engine needs to know of no other.
  func narrowed(_ delegation: JSONObject, to card: Card, now: LedgerTime) throws -> JSONObject {
    var delegation = delegation
    if let perTap = card.limits.perTap, perTap < delegation["per_tap"]?.int64 ?? .max {
      delegation["per_tap"] = JSON(perTap)
    }
    guard let perDay = card.limits.perDay else { return delegation }
    let used = try use(ofCard: card.uuid, day: try cardDay(of: card, at: now))
    let left = delegation["per_day"]?.int64.map { $0 - (delegation["used_today"]?.int64 ?? 0) }
    // The pair of which less is left decides; the day that ends is the one that is counted.
    guard perDay - used < left ?? .max else { return delegation }
    delegation["per_day"] = JSON(perDay)
    delegation["used_today"] = JSON(used)
    delegation["time_zone"] = JSON(try cardZoneName(card))
    delegation["day_ends_at"] = JSON(try cardZone(card).dayEnd(at: now).wire)
    return delegation
  }
}
