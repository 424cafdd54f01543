import FedowProtocol
import Model
import Rules

/// `POST /v1/cards/{tag}/unenroll/`: takes a card that was never used out of the books, as if it had never been in them.
public struct UnenrollCard: LedgerCommand {
  let changer: CardChanger
  let tag: String
  let body: JSON

  /// Takes the card of this tag out.
  public init(_ tag: String, by changer: CardChanger, body: JSON) {
    self.changer = changer
    self.tag = tag
    self.body = body
  }

  /// 200 with the tag.
  /// - Throws: `Refusal` with `unknown_card`, `forbidden` or `card_in_use`.
  public func perform(_ ledger: LedgerWriter) throws -> Answer {
    try ledger.once("unenroll \(tag)", changer, body) { request in
      let card = try ledger.card(tag: tag, for: request)
      try CardRules.unenroll(try ledger.books.standing(of: card), by: request.actor)
      guard try !ledger.books.isInChain(card: card.uuid) else { throw Refusal(.cardInUse) }
      try ledger.note("card_unenrolled", card, request)
      try ledger.books.delete(card: card.uuid)
      return Answer(["tag": JSON(card.firstTagID), "number_printed": JSON(card.numberPrinted)])
    }
  }
}
