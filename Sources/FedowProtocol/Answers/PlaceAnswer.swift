import Model

/// A place as clients read it.
public struct PlaceAnswer: Sendable {
  /// Its uuid.
  public let uuid: EntityID
  /// Its name.
  public let name: String
  /// What its till gave at the handshake; tills send the word "None".
  public let dokosID: String?
  /// Its wallet.
  public let wallet: EntityID
  /// The domain of its ticketing server, when it has one.
  public let lespassDomain: String?

  /// A place to be shown.
  public init(uuid: EntityID, name: String, dokosID: String?, wallet: EntityID, lespassDomain: String?) {
    self.uuid = uuid
    self.name = name
    self.dokosID = dokosID
    self.wallet = wallet
    self.lespassDomain = lespassDomain
  }

  /// The object, keys in the order that the recordings have.
  public var json: JSON {
    [
      "uuid": JSON(uuid.text), "name": JSON(name), "dokos_id": JSON(dokosID), "wallet": JSON(wallet.text),
      "lespass_domain": JSON(lespassDomain),
    ]
  }
}
