import FedowProtocol
import GRDB
import Model

extension Books {
  /// A card of the federation.
  public struct Card: Hashable, Sendable {
    /// Its uuid.
    public let uuid: EntityID
    /// The tag id that clients know it by.
    public let firstTagID: String
    /// The uuid of its QR code.
    public let qrcode: EntityID
    /// The number printed on it.
    public let numberPrinted: String
    /// The place that issued it.
    public let origin: EntityID
    /// Its batch.
    public let generation: Int64
    /// The wallet it opens; nil until it is first read.
    public let wallet: EntityID?
    /// The person it belongs to.
    public let user: EntityID?
    /// Whether it was reported lost and opens nothing.
    public let isBlocked: Bool
    /// How many debits that it made offline were refused and are not settled; above 0 it pays nothing.
    public let unsettled: Int64
    /// What its holder allows this card, beside what they delegated.
    public let limits: Delegation.Limits
    /// The card that took its place; it opens nothing for ever then.
    public let replacedBy: EntityID?
  }

  private static let cardColumns = """
    SELECT uuid, first_tag_id, qrcode, number_printed, origin, generation, wallet, user, blocked,
      unsettled, per_tap, per_day, replaced_by FROM cards
    """

  /// The cards that a condition finds, in the order in which they were made.
  func cards(where condition: String, _ arguments: StatementArguments) throws -> [Card] {
    try rows(Self.cardColumns + " WHERE \(condition) ORDER BY created_at, rowid", arguments).map(card)
  }

  func card(_ row: Row) throws -> Card {
    Card(
      uuid: try row.id("uuid"), firstTagID: row["first_tag_id"], qrcode: try row.id("qrcode"),
      numberPrinted: row["number_printed"], origin: try row.id("origin"), generation: row["generation"],
      wallet: try row.optionalID("wallet"), user: try row.optionalID("user"), isBlocked: row["blocked"],
      unsettled: row["unsettled"], limits: Delegation.Limits(perTap: row["per_tap"], perDay: row["per_day"]),
      replacedBy: try row.optionalID("replaced_by"))
  }

  /// The card with this tag id; the spelling counts.
  public func card(tag: String) throws -> Card? {
    if let card = memory?.cards[tag] { return card }
    return remember(try row(Self.cardColumns + " WHERE first_tag_id = ?", [tag]).map(card))
  }

  /// The card with this uuid.
  public func card(_ uuid: EntityID) throws -> Card? {
    if let tag = memory?.tags[uuid], let card = memory?.cards[tag] { return card }
    return remember(try row(Self.cardColumns + " WHERE uuid = ?", [uuid.text]).map(card))
  }

  private func remember(_ card: Card?) -> Card? {
    guard let card, let memory else { return card }
    memory.cards[card.firstTagID] = card
    memory.tags[card.uuid] = card.firstTagID
    return card
  }

  /// The card with this QR code.
  public func card(qrcode: EntityID) throws -> Card? {
    try row(Self.cardColumns + " WHERE qrcode = ?", [qrcode.text]).map(card)
  }

  /// The card with this number printed on it.
  public func card(numberPrinted: String) throws -> Card? {
    try row(Self.cardColumns + " WHERE number_printed = ?", [numberPrinted]).map(card)
  }

  func cards(wallet: EntityID) throws -> [Card] {
    try rows(Self.cardColumns + " WHERE wallet = ? ORDER BY created_at, rowid", [wallet.text]).map(card)
  }

  /// Before money leaves a wallet for good: whoever owes for what was taken offline is not paid out first, by whichever of
  /// their cards.
  /// - Throws: `Refusal` with `card_unsettled`.
  func checkNothingIsOwed(by wallet: EntityID) throws {
    guard try cards(wallet: wallet).allSatisfy({ $0.unsettled == 0 }) else { throw Refusal(.cardUnsettled) }
  }

  /// The same of a card and of all that open the same wallet.
  func checkNothingIsOwed(by card: Card) throws {
    guard card.unsettled == 0 else { throw Refusal(.cardUnsettled) }
    if let wallet = card.wallet { try checkNothingIsOwed(by: wallet) }
  }

  /// A card to be made.
  struct NewCard: Sendable {
    let uuid: EntityID
    let firstTagID: String
    let fullUID: String?
    let completeTagID: String?
    let qrcode: EntityID
    let numberPrinted: String
    let generation: Int64
  }

  func insertCard(_ card: NewCard, origin: EntityID, at now: LedgerTime) throws {
    try execute(
      """
      INSERT INTO cards (uuid, first_tag_id, full_uid, complete_tag_id, qrcode, number_printed, origin, generation,
        created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
      """,
      [
        card.uuid.text, card.firstTagID, card.fullUID, card.completeTagID, card.qrcode.text, card.numberPrinted,
        origin.text, card.generation, now.microseconds,
      ])
  }

  func setWallet(_ wallet: EntityID?, user: EntityID?, of card: EntityID) throws {
    try execute(
      "UPDATE cards SET wallet = ?, user = ? WHERE uuid = ?", [wallet?.text, user?.text, card.text])
  }

  func block(card: EntityID) throws {
    try execute("UPDATE cards SET blocked = 1 WHERE uuid = ?", [card.text])
  }

  func unblock(card: EntityID) throws {
    try execute("UPDATE cards SET blocked = 0, blocked_at = NULL, blocked_by = NULL WHERE uuid = ?", [card.text])
  }

  func addUnsettled(_ count: Int64, card: EntityID) throws {
    try execute("UPDATE cards SET unsettled = unsettled + ? WHERE uuid = ?", [count, card.text])
  }

  /// How a card is bound to a place as its operator's card.
  struct OperatorLink: Hashable {
    /// When it ends; nil: never.
    let until: LedgerTime?
    /// Whether it rests, for instance between two events.
    let isLocked: Bool

    func isUsable(at now: LedgerTime) -> Bool { !isLocked && until.map { now < $0 } ?? true }
  }

  func operatorLink(card: EntityID, at place: EntityID) throws -> OperatorLink? {
    let pair = BooksMemory.Pair(one: card, other: place)
    if let link = memory?.operatorLinks[pair] { return link }
    let link = try row(
      "SELECT until, locked FROM primary_cards WHERE place = ? AND card = ?", [place.text, card.text]
    ).map { OperatorLink(until: $0.time("until"), isLocked: $0["locked"]) }
    memory?.operatorLinks[pair] = .some(link)
    return link
  }

  func setOperatorLink(_ link: OperatorLink, card: EntityID, at place: EntityID) throws {
    try execute(
      "UPDATE primary_cards SET until = ?, locked = ? WHERE place = ? AND card = ?",
      [link.until?.microseconds, link.isLocked, place.text, card.text])
  }

  /// Whether the card is an operator's at this place, neither locked nor expired.
  public func isPrimary(card: EntityID, at place: EntityID, now: LedgerTime = .now()) throws -> Bool {
    try operatorLink(card: card, at: place)?.isUsable(at: now) ?? false
  }

  func setPrimary(_ primary: Bool, card: EntityID, at place: EntityID) throws {
    try execute(
      primary
        ? "INSERT OR IGNORE INTO primary_cards (place, card) VALUES (?, ?)"
        : "DELETE FROM primary_cards WHERE place = ? AND card = ?",
      [place.text, card.text])
  }
}
