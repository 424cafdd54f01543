import Model

/// A wallet as a place may see it.
public struct WalletAnswer: Sendable {
  /// Its uuid.
  public let uuid: EntityID
  /// The place's name, or the first 8 digits of the uuid.
  public let name: String
  /// The balances that the reader may see.
  public let tokens: [TokenAnswer]
  /// Whether a card of a known user opens it.
  public let hasUserCard: Bool

  /// A wallet to be shown.
  public init(uuid: EntityID, name: String, tokens: [TokenAnswer], hasUserCard: Bool) {
    self.uuid = uuid
    self.name = name
    self.tokens = tokens
    self.hasUserCard = hasUserCard
  }

  /// The object, keys in the order that the recordings have.
  public var json: JSON {
    var object = ObjectWriter()
    object.add("uuid", uuid.text)
    object.add("get_name", name)
    object.add("tokens", .array(tokens.map(\.json)))
    object.add("has_user_card", hasUserCard)
    return object.finish()
  }
}
