import Model

/// The part of a charge that one asset pays.
public struct Allocation: Hashable, Sendable {
  /// The asset.
  public let asset: EntityID
  /// Its name, for receipts.
  public let assetName: String
  /// How much of it, in minor units; always more than nothing.
  public let amount: Amount

  /// A part of a charge.
  public init(asset: EntityID, assetName: String, amount: Amount) {
    self.asset = asset
    self.assetName = assetName
    self.amount = amount
  }
}
