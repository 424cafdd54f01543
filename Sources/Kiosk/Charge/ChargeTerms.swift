import FedowProtocol
import Model

/// What a charge wants besides its sum.
public struct ChargeTerms: Hashable, Sendable {
  /// Gift money does not pay it.
  public var excludesGift: Bool
  /// The one asset that pays it; nil for whatever the place takes.
  public var asset: EntityID?
  /// Whether one card may pay a part, and another card or another means the rest.
  public var acceptsParts: Bool
  /// What it is besides a charge: an entrance, which may cost nothing; nil when it is none.
  public var entrance: EntranceTerms?

  /// The terms; by default none.
  public init(
    excludesGift: Bool = false, asset: EntityID? = nil, acceptsParts: Bool = false, entrance: EntranceTerms? = nil
  ) {
    self.entrance = entrance
    self.excludesGift = excludesGift
    self.asset = asset
    self.acceptsParts = acceptsParts
  }

  var json: JSON {
    var object = JSONObject([
      ("excludes_gift", .bool(excludesGift)), ("asset", JSON(asset?.text)), ("accepts_parts", .bool(acceptsParts)),
    ])
    if let entrance { object["entrance"] = entrance.json }
    return .object(object)
  }

  init(_ json: JSON?) {
    self.init(
      excludesGift: json?["excludes_gift"]?.bool ?? false, asset: json?["asset"]?.text.flatMap { EntityID($0) },
      acceptsParts: json?["accepts_parts"]?.bool ?? false, entrance: EntranceTerms(json?["entrance"]))
  }
}
