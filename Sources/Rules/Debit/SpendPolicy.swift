/// Which money a point of sale takes, and what it takes first.
public struct SpendPolicy: Hashable, Sendable {
  /// The classes in the order in which they are emptied; one that is missing is not taken.
  public let order: [SpendClass]

  /// A policy with this order; a class named twice counts once, where it is first named.
  public init(order: [SpendClass]) {
    var known: Set<SpendClass> = []
    self.order = order.filter { known.insert($0).inserted }
  }

  /// The order that the tills of the federation use: gift, own local, federated, other places' local.
  public static let standard = SpendPolicy(order: [.gift, .ownLocal, .federated, .otherLocal])
}
