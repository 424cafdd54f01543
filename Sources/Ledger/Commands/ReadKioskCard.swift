import FedowProtocol
import Model

/// `GET /v1/cards/{TAG}/`: all that a kiosk needs to decide a debit of this card, in one answer.
///
/// It shows what the place accepts and nothing else of the wallet; of a blocked card it shows no money at all.
public struct ReadKioskCard: LedgerCommand {
  let place: EntityID
  let tag: String

  /// Reads this card at this place.
  public init(place: EntityID, tag: String) {
    self.place = place
    self.tag = tag
  }

  /// 200 with the card; its first reading makes its wallet.
  /// - Throws: `Refusal` with `unknown_card`.
  public func perform(_ ledger: LedgerWriter) throws -> Answer {
    guard let card = try ledger.books.card(tag: tag) else { throw Refusal(.cardUnknown) }
    if !card.isBlocked { _ = try ledger.open(card) }
    guard let answer = try Self.answer(tag: tag, place: place, now: ledger.now, in: ledger.books) else {
      throw Refusal(.ledgerBroken)
    }
    return answer
  }

  /// The card as it is, without the writer; nil when it was never read and so has no wallet yet.
  public static func answer(tag: String, place: EntityID, now: LedgerTime, in books: Books) throws -> Answer? {
    guard let card = try books.card(tag: tag) else { throw Refusal(.cardUnknown) }
    guard let place = try books.place(place) else { throw Rejection.notAuthenticated }
    guard card.wallet != nil || card.isBlocked else { return nil }
    let link = try books.operatorLink(card: card.uuid, at: place.uuid)
    let isPrimary = !card.isBlocked && link?.isUsable(at: now) ?? false
    let wallet = card.isBlocked ? nil : card.wallet
    return Answer([
      "tag": JSON(card.firstTagID), "card": JSON(card.uuid.text), "number_printed": JSON(card.numberPrinted),
      "wallet": JSON(wallet?.text), "is_ephemeral": .bool(card.user == nil), "is_primary": .bool(isPrimary),
      "primary_until": JSON(link?.until?.wire), "state": JSON(card.state),
      "holdings": .array(try wallet.map { try books.holdings(of: $0, at: place) } ?? []),
      "delegations": .array(try wallet.map { try books.delegations(over: $0, card: card, at: place, now: now) } ?? []),
      "at": JSON(now.wire),
    ])
  }
}

extension Books.Card {
  /// The word of the hotlist for it.
  var state: String { isBlocked ? "blocked" : unsettled > 0 ? "unsettled" : "usable" }
}

extension Books {
  /// The balances that the place may see; `is_accepted` tells those that it can be paid with.
  fileprivate func holdings(of wallet: EntityID, at place: Place) throws -> [JSON] {
    try tokens(in: wallet).compactMap { token in
      guard let asset = try asset(token.asset), try accepts(asset, at: place) else { return nil }
      var holding = JSONObject([
        ("asset", JSON(asset.uuid.text)), ("name", JSON(asset.name)), ("category", JSON(asset.category.rawValue)),
        ("currency_code", JSON(asset.currencyCode)), ("origin_place", JSON(asset.origin?.text)),
        ("balance", JSON(token.balance)), ("is_accepted", .bool(![.badge, .membership].contains(asset.category))),
      ])
      if let room = try room(for: asset, at: place) { holding["room"] = JSON(room) }
      if let outlook = try meltingOutlook(of: asset.uuid, in: wallet) { holding["melts_next"] = outlook.nextJSON }
      if asset.category == .membership {
        holding["membership"] = try membership(in: asset, of: wallet, at: instant ?? LedgerTime.now())
      }
      return .object(holding)
    }
  }
}
