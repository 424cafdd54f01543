import FedowProtocol
import Model

/// `POST /card/set_primary/`: makes a card an operator's card at the place, or ends that.
public struct SetPrimaryCard: LedgerCommand {
  let place: EntityID
  let body: JSON

  /// Does so for this place.
  public init(place: EntityID, body: JSON) {
    self.place = place
    self.body = body
  }

  /// 200, 208 when it was already, 205 when it was removed: this place's link alone, no other's.
  public func perform(_ ledger: LedgerWriter) throws -> Answer {
    let place = try ledger.caller(place)
    var fields = try RequestFields(body)
    let tag = fields.text("first_tag_id", atMost: 8)
    let isRemoval = fields.flag("delete")
    try fields.check()
    guard let tag, let card = try ledger.books.card(tag: tag) else { throw Rejection.noSuch("Card") }
    let isPrimary = try ledger.books.operatorLink(card: card.uuid, at: place.uuid) != nil
    try ledger.books.setPrimary(!isRemoval, card: card.uuid, at: place.uuid)
    if isRemoval == isPrimary {
      try ledger.books.note(
        Books.AuditEntry(
          isRemoval ? "operator_card_revoked" : "operator_card_made", place: place.uuid,
          detail: ["tag": JSON(card.firstTagID)]), at: ledger.now)
    }
    if isRemoval { return Answer(status: 205, "remove ok") }
    return isPrimary ? Answer(status: 208, "Déja OK") : Answer(status: 200, "OK")
  }
}
