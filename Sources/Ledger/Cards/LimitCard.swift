import FedowProtocol
import Model
import Rules

/// `POST /v1/wallet/cards/{tag}/limits/`: how much its holder lets one card spend, beside what they delegated.
public struct LimitCard: LedgerCommand {
  let signer: EntityID
  let tag: String
  let body: JSON

  /// Limits the signer's card of this tag.
  public init(signer: EntityID, tag: String, body: JSON) {
    self.signer = signer
    self.tag = tag
    self.body = body
  }

  /// 200 with the card.
  /// - Throws: `Refusal` with `unknown_card` or `amount_invalid`.
  public func perform(_ ledger: LedgerWriter) throws -> Answer {
    try ledger.once("limits \(tag)", .holder(signer), body) { request in
      let card = try ledger.card(tag: tag, for: request)
      let limits = Delegation.Limits(
        perTap: try request.body.limit("per_tap"), perDay: try request.body.limit("per_day"))
      try ledger.books.setLimits(limits, of: card.uuid)
      try ledger.note("card_limited", card, request)
      return Answer(try ledger.sheet(card.uuid, for: request))
    }
  }
}

/// `POST /v1/cards/{tag}/sighted/`: a card that opens nothing was tapped; who issued it wants to know where.
public struct SightCard: LedgerCommand {
  let changer: CardChanger
  let tag: String
  let body: JSON

  /// Writes down that the card of this tag was tapped.
  public init(_ tag: String, by changer: CardChanger, body: JSON) {
    self.changer = changer
    self.tag = tag
    self.body = body
  }

  /// 200; of a card that is not blocked now, nothing is kept.
  /// - Throws: `Refusal` with `unknown_card`.
  public func perform(_ ledger: LedgerWriter) throws -> Answer {
    try ledger.once("sighted \(tag)", changer, body, needsOperator: false) { request in
      let card = try ledger.card(tag: tag, for: request)
      let reader = try request.body.optionalText("reader", atMost: 200)
      let at = try request.body.time("at") ?? ledger.now
      if card.isBlocked, case .place(let place, let device) = request.changer {
        try ledger.books.insertSighting(of: card, place: place, device: device, reader: reader, at: min(at, ledger.now))
      }
      return Answer([:])
    }
  }
}
