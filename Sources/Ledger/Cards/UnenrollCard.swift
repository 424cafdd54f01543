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
  /// - Throws: `Refusal` with `card_unknown`, `forbidden` or `card_in_use`.
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

/// `POST /v1/cards/{tag}/bind/`: the place that issued a card gives it to a person, by their address.
public struct BindCard: LedgerCommand {
  let changer: CardChanger
  let tag: String
  let body: JSON

  /// Binds the card of this tag to the person of this body.
  public init(_ tag: String, by changer: CardChanger, body: JSON) {
    self.changer = changer
    self.tag = tag
    self.body = body
  }

  /// 200 with the card; what lay in its ephemeral wallet is in the person's.
  /// - Throws: `Refusal` with `person_unknown` or as `CardRules.bind`.
  public func perform(_ ledger: LedgerWriter) throws -> Answer {
    try ledger.once("bind \(tag)", changer, body) { request in
      let card = try ledger.card(tag: tag, for: request)
      let email = try request.body.text("email", atMost: 254).trimmed.lowercased()
      try CardRules.bind(try ledger.books.standing(of: card), by: request.actor)
      guard let user = try ledger.books.user(email: email) else { throw Refusal(.personUnknown) }
      try ledger.fuse(card, into: user)
      try ledger.keepLinkDelegation(wallet: user.wallet, card: card)
      try ledger.note("card_bound", card, request, [("wallet", JSON(user.wallet.text))])
      return Answer(try ledger.sheet(card.uuid, for: request))
    }
  }
}
