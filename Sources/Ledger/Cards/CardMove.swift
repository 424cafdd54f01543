import FedowProtocol
import Model
import Rules

/// A reassignment that was not made yet: which cards, what would move, and whether it may.
struct CardMove {
  let old: Books.Card
  let new: Books.Card
  /// The places whose operator's rights move along.
  let links: [Books.Place]
  private let standings: (old: CardLife, new: CardLife)
  private let isFamily: Bool
  private let actor: CardActor
  private let withPrimary: Bool

  /// Reads the two cards.
  ///
  /// A place gives away its own operator's rights and no other place's; the ledger's operator moves all.
  /// - Throws: `Refusal` with `unknown_card` or `request_malformed`.
  init(from old: Books.Card, to tag: String, withPrimary: Bool, by actor: CardActor, books: Books) throws {
    guard let new = try books.card(tag: tag) else { throw Refusal(.cardUnknown, "No card has the tag \(tag).") }
    guard new.uuid != old.uuid else { throw Refusal(.requestMalformed, "A card cannot take its own place.") }
    self.old = old
    self.new = new
    self.actor = actor
    self.withPrimary = withPrimary
    standings = (try books.standing(of: old), try books.standing(of: new))
    isFamily = try books.isFamily(old.origin, new.origin)
    links =
      try withPrimary
      ? books.operatorPlaces(of: old.uuid).filter { actor == .ledger || actor == .place($0.uuid) } : []
  }

  /// - Throws: `Refusal` with the reason why it may not be.
  func check() throws(Refusal) {
    try CardRules.reassign(
      from: standings.old, to: standings.new, by: actor, isFamily: isFamily, withPrimary: withPrimary)
  }

  /// What would move, and whether it may, for an operator who looks first.
  func preview(reader: Books.Place?, books: Books, now: LedgerTime) throws -> JSON {
    var refusal: Refusal?
    do { try check() } catch { refusal = error }
    let held = try old.wallet.map { try books.held(in: $0, at: reader) } ?? []
    let isMembership = { (line: JSON) in line["category"]?.text == AssetCategory.membership.rawValue }
    let delegations = try old.user == nil ? 0 : old.wallet.map { try books.delegations(of: $0).count } ?? 0
    return [
      "from": try books.sheet(old, reader: reader?.uuid, now: now),
      "to": try books.sheet(new, reader: reader?.uuid, now: now), "wallet": JSON(old.wallet?.text),
      "moves": [
        "balances": .array(held.filter { !isMembership($0) }), "memberships": .array(held.filter(isMembership)),
        "delegations": JSON(Int64(delegations)), "primary_of": .array(links.map { JSON($0.name) }),
      ],
      "is_possible": .bool(refusal == nil), "code": JSON(refusal?.code.rawValue),
      "sentence": JSON(refusal?.sentence),
    ]
  }
}

extension Books {
  /// What a wallet holds of the assets that the place may see; of all where there is none.
  fileprivate func held(in wallet: EntityID, at place: Place?) throws -> [JSON] {
    try tokens(in: wallet).compactMap { token in
      guard let asset = try asset(token.asset) else { return nil }
      if let place, try !accepts(asset, at: place) { return nil }
      return [
        "asset": JSON(asset.uuid.text), "name": JSON(asset.name), "category": JSON(asset.category.rawValue),
        "balance": JSON(token.balance),
      ]
    }
  }
}
