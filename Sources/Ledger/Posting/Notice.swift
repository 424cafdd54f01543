import Model

/// Something that another server wants to hear of once it is committed; hearing it late or never changes no money.
public struct Notice: Hashable, Sendable {
  /// The ticketing server's host name.
  public let domain: String
  /// The membership that was bought at a till.
  public let membership: EntityID
}
