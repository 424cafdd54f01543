import Model

/// Which money a point of sale takes, and what it takes first.
public struct SpendPolicy: Hashable, Sendable {
  /// The classes in the order in which they are emptied; one that is missing is not taken.
  public let order: [SpendClass]
  /// The one asset that is taken, when the charge demands one.
  public let onlyAsset: EntityID?

  /// A policy with this order; a class named twice counts once, where it is first named.
  public init(order: [SpendClass], onlyAsset: EntityID? = nil) {
    var known: Set<SpendClass> = []
    self.order = order.filter { known.insert($0).inserted }
    self.onlyAsset = onlyAsset
  }

  /// The order that the tills of the federation use: gift, own local, federated, other places' local.
  public static let standard = SpendPolicy(order: [.gift, .ownLocal, .federated, .otherLocal])

  /// The same for a charge with wishes of its own.
  /// - Parameters:
  ///   - excludesGift: gift money does not pay it.
  ///   - asset: only this one pays it.
  public func narrowed(excludesGift: Bool, asset: EntityID?) -> SpendPolicy {
    SpendPolicy(order: order.filter { !excludesGift || $0 != .gift }, onlyAsset: asset ?? onlyAsset)
  }
}
