import FedowProtocol
import Model
import Rules

/// What a refund of a wallet pays back at a place and what it leaves, token by token.
struct RefundPlan {
  /// A balance above 0.
  struct Part {
    let asset: Books.Asset
    /// Minor units.
    let amount: Int64
    /// Why it is not paid back; nil when it is.
    let obstacle: Refusal?
  }

  let refunded: [Part]
  let remains: [Part]

  /// Minor units over all that is paid back.
  var total: Int64 { refunded.map(\.amount).saturatingSum }

  /// The postings that pay it.
  func postings(from wallet: EntityID, at place: Books.Place) -> [Posting] {
    refunded.map {
      Posting(
        action: .refund, sender: wallet, receiver: place.wallet, terms: $0.asset.terms,
        amount: Amount(minorUnits: $0.amount))
    }
  }

  /// The fields that preview and receipt have in common.
  ///
  /// What the place may not see on the card is not among what remains.
  func json(visible: (Books.Asset) throws -> Bool) rethrows -> [(String, JSON)] {
    [
      ("refunded", .array(refunded.map(\.json))),
      ("remains", .array(try remains.filter { try visible($0.asset) }.map(\.json))), ("total", JSON(total)),
    ]
  }
}

extension RefundPlan.Part {
  fileprivate var json: JSON {
    var fields: [(String, JSON)] = [
      ("asset", JSON(asset.uuid.text)), ("name", JSON(asset.name)), ("category", JSON(asset.category.rawValue)),
      ("amount", JSON(amount)),
    ]
    if let obstacle {
      fields += [("code", JSON(obstacle.code.rawValue)), ("sentence", JSON(obstacle.sentence))]
    }
    return .object(JSONObject(fields))
  }
}

extension Books {
  /// What a refund would do now; reads only.
  func refundPlan(of wallet: EntityID?, at place: Place, paying: Set<AssetCategory>) throws -> RefundPlan {
    let parts = try (wallet.map { try tokens(in: $0) } ?? []).compactMap { token -> RefundPlan.Part? in
      guard token.balance > 0, let asset = try asset(token.asset) else { return nil }
      let code = RefundRules.obstacle(to: asset.terms, at: place.wallet, paying: paying)
      return RefundPlan.Part(asset: asset, amount: token.balance, obstacle: try code.map { try refusal($0, of: asset) })
    }
    return RefundPlan(
      refunded: parts.filter { $0.obstacle == nil }, remains: parts.filter { $0.obstacle != nil })
  }

  /// Names the place that can do what this one cannot.
  private func refusal(_ code: Refusal.Code, of asset: Asset) throws -> Refusal {
    guard code == .refundElsewhere, let issuer = try asset.origin.flatMap({ try place($0) }) else {
      return Refusal(code)
    }
    return Refusal(code, "Only \(issuer.name), which issues this money, can pay it back.")
  }

  /// Whether a place may see a balance of this asset in a wallet.
  func shows(_ asset: Asset, to place: Place) throws -> Bool {
    try asset.issuerWallet == place.wallet || accepts(asset, at: place)
  }
}

extension LedgerWriter {
  /// Gives the card to nobody: a new wallet, no user, and no longer an operator's card here - but only here.
  /// - Throws: `Refusal` with `money_reserved` while some of what nobody else could reach waits for an answer.
  func free(_ card: Books.Card, at place: Books.Place) throws {
    if card.user == nil { try checkNothingIsReserved(in: card.wallet) }
    try books.setPrimary(false, card: card.uuid, at: place.uuid)
    try books.setWallet(nil, user: nil, of: card.uuid)
    try books.setLimits(Delegation.Limits(), of: card.uuid)
    guard let freed = try books.card(card.uuid) else { throw Refusal(.ledgerBroken) }
    _ = try open(freed)
  }
}
