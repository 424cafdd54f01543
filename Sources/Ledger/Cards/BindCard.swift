import FedowProtocol
import Model
import Rules

/// `POST /v1/cards/{tag}/bind/`: the place that issued a card offers it to a person, by their address.
///
/// The card opens that person's wallet only once they have confirmed by their own signature: else a place could make a card
/// that spends anybody's money. Until then it pays from what lies on it.
public struct BindCard: LedgerCommand {
  let changer: CardChanger
  let tag: String
  let body: JSON

  /// Offers the card of this tag to the person of this body.
  public init(_ tag: String, by changer: CardChanger, body: JSON) {
    self.changer = changer
    self.tag = tag
    self.body = body
  }

  /// 200 with the card, which says for whom it waits; a later offer takes the place of an earlier one.
  /// - Throws: `Refusal` with `person_unknown` or as `CardRules.bind`.
  public func perform(_ ledger: LedgerWriter) throws -> Answer {
    try ledger.once("bind \(tag)", changer, body) { request in
      let card = try ledger.card(tag: tag, for: request)
      let email = try request.body.text("email", atMost: 254).trimmed.lowercased()
      try CardRules.bind(try ledger.books.standing(of: card), by: request.actor)
      guard let user = try ledger.books.user(email: email) else { throw Refusal(.personUnknown) }
      try ledger.books.setOffer(of: card.uuid, to: user.uuid, at: ledger.now)
      try ledger.note("card_offered", card, request, [("wallet", JSON(user.wallet.text))])
      return Answer(try ledger.sheet(card.uuid, for: request))
    }
  }
}

/// `POST /v1/wallet/cards/{tag}/confirm/`: the person takes the card that was offered; what lay in its ephemeral wallet goes
/// to theirs, all at once.
public struct ConfirmCard: LedgerCommand {
  let signer: EntityID
  let tag: String
  let body: JSON

  /// Takes the card of this tag into the wallet that signed.
  public init(signer: EntityID, tag: String, body: JSON) {
    self.signer = signer
    self.tag = tag
    self.body = body
  }

  /// 200 with the card.
  /// - Throws: `Refusal` with `unknown_card` for a card that was not offered to the signer, or as `CardRules.bind`.
  public func perform(_ ledger: LedgerWriter) throws -> Answer {
    try ledger.once("confirm \(tag)", .holder(signer), body) { request in
      guard let card = try ledger.books.card(tag: tag), let user = try ledger.books.user(wallet: signer),
        try ledger.books.offer(of: card.uuid) == user.uuid
      else { throw Refusal(.cardUnknown) }
      try CardRules.bind(try ledger.books.standing(of: card), by: .place(card.origin))
      try ledger.fuse(card, into: user)
      try ledger.keepLinkDelegation(wallet: signer, card: card)
      try ledger.note("card_bound", card, request, [("wallet", JSON(signer.text))])
      return Answer(try ledger.sheet(card.uuid, for: request))
    }
  }
}
