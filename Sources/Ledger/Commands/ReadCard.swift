import FedowProtocol
import Model

/// `GET /card/{TAG}/`: a card's first reading makes its ephemeral wallet.
public struct ReadCard: LedgerCommand {
  let place: EntityID
  let tag: String

  /// Reads this card at this place.
  public init(place: EntityID, tag: String) {
    self.place = place
    self.tag = tag
  }

  /// The card, or 404.
  public func perform(_ ledger: LedgerWriter) throws -> Answer {
    guard let card = try ledger.books.card(tag: tag) else { throw Self.unknown }
    _ = try ledger.open(card)
    return try Self.answer(tag: tag, place: place, in: ledger.books)
  }

  /// The card as it is, without the writer; nil when it was never read and so has no wallet yet.
  public static func answerIfOpen(tag: String, place: EntityID, in books: Books) throws -> Answer? {
    guard let card = try books.card(tag: tag) else { throw unknown }
    return card.wallet == nil ? nil : try answer(tag: tag, place: place, in: books)
  }

  private static let unknown = Rejection(status: 404, "Carte inconnue")

  private static func answer(tag: String, place: EntityID, in books: Books) throws -> Answer {
    guard let card = try books.card(tag: tag), let place = try books.place(place) else { throw unknown }
    return Answer(try books.cardAnswer(card, reader: place).json)
  }
}
