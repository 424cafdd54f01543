import Model

/// What a place takes of the money of others that its federations share: all, some or none of it.
///
/// It can only narrow what the federations share. Its own money and the federated one a place always takes.
public struct AcceptancePolicy: Hashable, Sendable {
  /// Whether it takes what it does not name.
  public var takesUnnamed: Bool
  /// What it said of single assets.
  public var named: [EntityID: Acceptance]

  /// A policy; without a word everything is taken.
  public init(takesUnnamed: Bool = true, named: [EntityID: Acceptance] = [:]) {
    self.takesUnnamed = takesUnnamed
    self.named = named
  }

  /// What it says of an asset.
  public func acceptance(of asset: EntityID) -> Acceptance {
    named[asset] ?? (takesUnnamed ? .whole : .none)
  }
}
