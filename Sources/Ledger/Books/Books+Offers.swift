import FedowProtocol
import GRDB
import Model

/// Cards that a place offered to a person who has not confirmed yet.
extension Books {
  /// The person to whom a card is offered; nil when to nobody.
  func offer(of card: EntityID) throws -> EntityID? {
    try row("SELECT user FROM card_offers WHERE card = ?", [card.text]).flatMap { EntityID($0["user"]) }
  }

  /// The address of that person.
  func emailOfOffer(of card: EntityID) throws -> String? {
    try row("SELECT email FROM card_offers o JOIN users u ON u.uuid = o.user WHERE o.card = ?", [card.text])?["email"]
  }

  /// The cards that are offered to who owns a wallet.
  func offeredCards(to wallet: EntityID) throws -> [Card] {
    try cards(
      where:
        "user IS NULL AND uuid IN (SELECT o.card FROM card_offers o JOIN users u ON u.uuid = o.user WHERE u.wallet = ?1)",
      [wallet.text])
  }

  /// Offers a card; the last offer counts.
  func setOffer(of card: EntityID, to user: EntityID, at time: LedgerTime) throws {
    try execute(
      "INSERT OR REPLACE INTO card_offers (card, user, created_at) VALUES (?, ?, ?)",
      [card.text, user.text, time.microseconds])
  }

  /// The card belongs to somebody now.
  func removeOffer(of card: EntityID) throws { try execute("DELETE FROM card_offers WHERE card = ?", [card.text]) }
}

extension LedgerStore {
  static func cardOffers(_ db: Database) throws {
    try db.execute(
      sql: """
        CREATE TABLE card_offers (
          card TEXT PRIMARY KEY REFERENCES cards(uuid) ON DELETE CASCADE, user TEXT NOT NULL REFERENCES users(uuid),
          created_at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
        CREATE INDEX card_offers_user ON card_offers(user);
        """)
  }
}
