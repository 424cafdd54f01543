import Model

/// A federation as its places read it: who accepts what of whom.
public struct FederationAnswer: Sendable {
  /// Its uuid.
  public let uuid: EntityID
  /// Its name.
  public let name: String
  /// Its members.
  public let places: [PlaceAnswer]
  /// What they share.
  public let assets: [AssetAnswer]

  /// A federation to be shown.
  public init(uuid: EntityID, name: String, places: [PlaceAnswer], assets: [AssetAnswer]) {
    self.uuid = uuid
    self.name = name
    self.places = places
    self.assets = assets
  }

  /// The object, keys in the order that the recordings have.
  public var json: JSON {
    [
      "uuid": JSON(uuid.text), "name": JSON(name), "places": .array(places.map(\.json)),
      "assets": .array(assets.map(\.json)), "description": nil,
    ]
  }
}
