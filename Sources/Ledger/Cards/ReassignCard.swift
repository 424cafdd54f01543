import FedowProtocol
import Model
import Rules

/// `POST /v1/cards/{tag}/reassign/`: another card takes the place of one, in one posting: its wallet, its holder, its
/// limits. The old one opens nothing for ever. No money moves, so the wallet's history goes on unbroken.
public struct ReassignCard: LedgerCommand {
  let changer: CardChanger
  let tag: String
  let body: JSON

  /// Reassigns what the card of this tag opens.
  public init(_ tag: String, by changer: CardChanger, body: JSON) {
    self.changer = changer
    self.tag = tag
    self.body = body
  }

  /// 201 with both cards, and until when it can be undone.
  /// - Throws: `Refusal` with the reason why not.
  public func perform(_ ledger: LedgerWriter) throws -> Answer {
    try ledger.once("reassign \(tag)", changer, body) { request in
      let old = try ledger.card(tag: tag, for: request)
      let plan = try CardMove(
        from: old, to: try request.body.text("to", atMost: 8),
        withPrimary: try request.body.flag("with_primary") ?? false, by: request.actor, books: ledger.books)
      try plan.check()
      let id = request.id ?? ledger.newID()
      try move(plan, id: id, request, ledger: ledger)
      return Answer(
        status: 201,
        [
          "id": JSON(id.text), "from": try ledger.sheet(old.uuid, for: request),
          "to": try ledger.sheet(plan.new.uuid, for: request),
          "undo_until": JSON(ledger.now.adding(seconds: CardRules.undoWindow).wire),
        ])
    }
  }

  private func move(_ plan: CardMove, id: EntityID, _ request: CardRequest, ledger: LedgerWriter) throws {
    let (books, old, new) = (ledger.books, plan.old, plan.new)
    let block = try books.record(of: old.uuid).block
    let wallet = try block?.lostFrom ?? ledger.open(old).wallet
    let user = try old.user ?? block?.lostFrom.flatMap { try books.user(wallet: $0)?.uuid }
    try books.insert(
      Books.Reassignment(
        id: id, old: old, oldBlock: block, new: new, wallet: wallet, links: plan.links.map(\.uuid),
        afterSequence: try books.lastSequence(), createdAt: ledger.now), of: changer.owner)
    try books.setWallet(nil, user: nil, of: old.uuid)
    try books.setWallet(wallet, user: user, of: new.uuid)
    try books.setLimits(old.limits, of: new.uuid)
    try books.moveUse(ofCard: old.uuid, to: new.uuid)
    for place in plan.links { try books.moveOperatorLink(from: old.uuid, to: new.uuid, at: place.uuid) }
    try books.setReplacement(of: old.uuid, by: new.uuid, isSet: true)
    if block == nil { try books.setBlock(Books.CardBlock(by: request.actor, at: ledger.now), card: old.uuid) }
    if user != nil { try ledger.keepLinkDelegation(wallet: wallet, card: new) }
    try ledger.note(
      "card_reassigned", old, request,
      [
        ("reassignment", JSON(id.text)), ("to", JSON(new.firstTagID)), ("wallet", JSON(wallet.text)),
        ("with_primary", .array(plan.links.map { JSON($0.name) })),
      ])
  }
}

extension LedgerWriter {
  /// Grants what linking a card means, unless the person took that back: only their signature gives it again.
  func keepLinkDelegation(wallet: EntityID, card: Books.Card) throws {
    let hadOne = try books.allDelegations(of: wallet).contains { $0.terms.source == .link }
    if !hadOne { try grantLinkDelegation(wallet: wallet, card: card) }
  }
}
