import Model

/// What the posting rules need to know of an asset.
public struct AssetTerms: Hashable, Sendable {
  /// The asset.
  public let asset: EntityID
  /// Its kind.
  public let category: AssetCategory
  /// The wallet that may create it: its issuing place's, or the server's for the federated asset.
  public let issuerWallet: EntityID

  /// The terms of one asset.
  public init(asset: EntityID, category: AssetCategory, issuerWallet: EntityID) {
    self.asset = asset
    self.category = category
    self.issuerWallet = issuerWallet
  }
}
