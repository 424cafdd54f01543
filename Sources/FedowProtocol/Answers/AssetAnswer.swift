import Model

/// An asset as clients read it.
public struct AssetAnswer: Sendable {
  /// Its uuid.
  public let uuid: EntityID
  /// Its name.
  public let name: String
  /// At most three letters.
  public let currencyCode: String
  /// Its kind.
  public let category: AssetCategory
  /// The place that issues it; nil for the federated asset.
  public let origin: PlaceAnswer?
  /// The wallet that creates it.
  public let issuerWallet: EntityID
  /// The instant of its first block.
  public let createdAt: LedgerTime
  /// When its description last changed.
  public let lastUpdate: LedgerTime
  /// The places that accept it through a federation.
  public let federatedWith: [EntityID]
  /// The object, keys in the order that the recordings have.
  public let json: JSON

  /// An asset to be shown.
  public init(
    uuid: EntityID, name: String, currencyCode: String, category: AssetCategory, origin: PlaceAnswer?,
    issuerWallet: EntityID, createdAt: LedgerTime, lastUpdate: LedgerTime, federatedWith: [EntityID]
  ) {
    self.uuid = uuid
    self.name = name
    self.currencyCode = currencyCode
    self.category = category
    self.origin = origin
    self.issuerWallet = issuerWallet
    self.createdAt = createdAt
    self.lastUpdate = lastUpdate
    self.federatedWith = federatedWith
    let object: JSON = [
      "uuid": JSON(uuid.text), "name": JSON(name), "currency_code": JSON(currencyCode),
      "category": JSON(category.rawValue), "get_category_display": JSON(category.frenchName),
      "place_origin": origin?.json ?? .null, "wallet_origin": JSON(issuerWallet.text),
      "created_at": JSON(createdAt.wire), "last_update": JSON(lastUpdate.wire), "is_stripe_primary": false,
      "place_uuid_federated_with": .array(federatedWith.map { JSON($0.text) }),
    ]
    json = object.written
  }
}

extension AssetCategory {
  /// What tills print; the server's language is French.
  public var frenchName: String {
    switch self {
    case .federated: "Fiduciaire fédérée"
    case .localFiat: "Fiduciaire"
    case .gift: "Cadeau"
    case .time: "Monnaie temps"
    case .loyalty: "Points de fidélité"
    case .badge: "Badgeuse/Pointeuse"
    case .membership: "Adhésion ou abonnement"
    }
  }
}
