import FedowProtocol
import Model
import Rules

/// `POST /card/badge/`: a card's presence is recorded; nothing moves.
public struct BadgeCard: LedgerCommand {
  let place: EntityID
  let body: JSON

  /// Badges the card of this body at this place.
  public init(place: EntityID, body: JSON) {
    self.place = place
    self.body = body
  }

  /// 201 with the transaction; its metadata is the request.
  public func perform(_ ledger: LedgerWriter) throws -> Answer {
    let place = try ledger.caller(place)
    let books = ledger.books
    var fields = try RequestFields(body)
    let tag = fields.text("first_tag_id", atMost: 8)
    let primaryTag = fields.text("primary_card_firstTagId", atMost: 8)
    let asset = try fields.reference("asset") { try books.asset($0) }
    try fields.check()
    guard let tag, let known = try books.card(tag: tag), let primaryTag, let primary = try books.card(tag: primaryTag)
    else { throw Rejection.noSuch("Card") }
    guard try ledger.isOperator(primary, at: place) else {
      throw Rejection(field: "primary_card_firstTagId", "Carte primaire non valide")
    }
    guard let asset, asset.category == .badge, try books.accepts(asset, at: place) else {
      throw Rejection("Asset not accepted")
    }
    guard !known.isBlocked else { throw Rejection.cardBlocked }
    let (card, wallet) = try ledger.open(known)
    let badge = Posting(action: .badge, sender: wallet, receiver: place.wallet, terms: asset.terms, amount: .zero)
    let posted = try ledger.post(
      badge, PostingDetails(card: card.uuid, primaryCard: primary.uuid, metadata: body))
    return Answer(status: 201, try books.transactionAnswer(posted, reader: place))
  }
}
