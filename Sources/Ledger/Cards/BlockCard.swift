import FedowProtocol
import Model
import Rules

/// `POST /v1/cards/{tag}/lost/` and `/unblock/`, of a place, a holder or the ledger's operator.
public struct BlockCard: LedgerCommand {
  let isLost: Bool
  let changer: CardChanger
  let tag: String
  let body: JSON

  /// A card that is lost opens nothing from this commit on; its money stays in its wallet.
  public static func lost(_ tag: String, by changer: CardChanger, body: JSON) -> BlockCard {
    BlockCard(isLost: true, changer: changer, tag: tag, body: body)
  }

  /// A card that was found opens what it opened before.
  public static func unblock(_ tag: String, by changer: CardChanger, body: JSON) -> BlockCard {
    BlockCard(isLost: false, changer: changer, tag: tag, body: body)
  }

  /// 200 with the card, also when it was so before.
  /// - Throws: `Refusal` with `unknown_card`, `forbidden`, `card_replaced` or `not_yours_to_unblock`.
  public func perform(_ ledger: LedgerWriter) throws -> Answer {
    try ledger.once(isLost ? "lost \(tag)" : "unblock \(tag)", changer, body) { request in
      let card = try ledger.card(tag: tag, for: request)
      let standing = try ledger.books.standing(of: card)
      try isLost
        ? block(card, standing, request, ledger: ledger) : unblock(card, standing, request, ledger: ledger)
      return Answer(try ledger.sheet(card.uuid, for: request))
    }
  }

  private func block(
    _ card: Books.Card, _ standing: CardLife, _ request: CardRequest, ledger: LedgerWriter
  ) throws {
    let isInSight = try request.reader.map { try ledger.books.isFamily($0, card.origin) } ?? true
    try CardRules.block(standing, by: request.actor, isInSight: isInSight)
    // What a place blocked, its holder may make their own: then nobody else opens it again.
    let isTakenOver =
      standing.isBlocked && !standing.isReplaced && request.actor == .holder && standing.blockedBy != .holder
    guard !standing.isBlocked || isTakenOver else { return }
    try ledger.books.setBlock(Books.CardBlock(by: request.actor, at: ledger.now), card: card.uuid)
    try ledger.note("card_lost", card, request)
  }

  private func unblock(
    _ card: Books.Card, _ standing: CardLife, _ request: CardRequest, ledger: LedgerWriter
  ) throws {
    try CardRules.unblock(standing, by: request.actor)
    guard standing.isBlocked else { return }
    let lostFrom = try ledger.books.record(of: card.uuid).block?.lostFrom
    if let lostFrom, let user = try ledger.books.user(wallet: lostFrom) {
      try ledger.books.setWallet(lostFrom, user: user.uuid, of: card.uuid)
    }
    try ledger.books.setBlock(nil, card: card.uuid)
    try ledger.note("card_unblocked", card, request)
  }
}
