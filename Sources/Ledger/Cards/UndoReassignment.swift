import FedowProtocol
import Model
import Rules

/// `POST /v1/reassignments/{id}/undo/`: everything is as it was before, as long as nothing came of it.
public struct UndoReassignment: LedgerCommand {
  let changer: CardChanger
  let reassignment: EntityID
  let body: JSON

  /// Undoes what the same place or wallet did.
  public init(_ reassignment: EntityID, by changer: CardChanger, body: JSON) {
    self.changer = changer
    self.reassignment = reassignment
    self.body = body
  }

  /// 200 with both cards.
  /// - Throws: `Refusal` with `not_found` or `too_late`.
  public func perform(_ ledger: LedgerWriter) throws -> Answer {
    try ledger.once("undo \(reassignment)", changer, body) { request in
      let books = ledger.books
      guard let kept = try books.reassignment(reassignment, of: changer.owner),
        let old = try books.card(kept.oldCard), let new = try books.card(kept.newCard)
      else { throw Refusal(.notFound, "You have made no reassignment \(reassignment).") }
      let hasActed =
        try new.wallet != kept.wallet || new.user != kept.user(in: books) || new.replacedBy != nil
        || new.unsettled > 0 || books.wasUsed(card: new.uuid, after: kept.afterSequence)
      try CardRules.undo(
        madeAt: kept.createdAt.microseconds, now: ledger.now.microseconds, isUndone: kept.isUndone, hasActed: hasActed)
      try putBack(kept, limits: new.limits, books: books)
      try books.setUndone(reassignment: reassignment, of: changer.owner, at: ledger.now)
      try ledger.note(
        "card_reassign_undone", old, request,
        [("reassignment", JSON(reassignment.text)), ("to", JSON(new.firstTagID))])
      return Answer([
        "id": JSON(reassignment.text), "from": try ledger.sheet(old.uuid, for: request),
        "to": try ledger.sheet(new.uuid, for: request),
      ])
    }
  }

  private func putBack(_ kept: Books.KeptReassignment, limits: Delegation.Limits, books: Books) throws {
    try books.setWallet(kept.newWallet, user: nil, of: kept.newCard)
    try books.setLimits(Delegation.Limits(), of: kept.newCard)
    try books.setWallet(kept.oldWallet, user: kept.oldUser, of: kept.oldCard)
    // What the holder set since holds for the card they have again.
    try books.setLimits(limits, of: kept.oldCard)
    try books.moveUse(ofCard: kept.newCard, to: kept.oldCard)
    for place in kept.links where try books.operatorLink(card: kept.newCard, at: place) != nil {
      try books.moveOperatorLink(from: kept.newCard, to: kept.oldCard, at: place)
    }
    try books.setReplacement(of: kept.oldCard, by: kept.newCard, isSet: false)
    try books.setBlock(kept.oldBlock, card: kept.oldCard)
  }
}

extension Books.KeptReassignment {
  /// The person that the new card was given.
  fileprivate func user(in books: Books) throws -> EntityID? {
    if let oldUser { return oldUser }
    return try oldBlock?.lostFrom.flatMap { try books.user(wallet: $0)?.uuid }
  }
}
