import Model

/// Where a place stands in a clearing.
public struct ClearingPosition: Hashable, Sendable {
  /// The place.
  public let place: EntityID
  /// What others owe it, in minor units.
  public var claims: Int64 = 0
  /// What it owes others, in minor units.
  public var owes: Int64 = 0

  /// A place that neither owes nor claims anything.
  public init(place: EntityID) { self.place = place }

  /// What it gets, or below zero what it pays; over all places of a clearing the sum is zero.
  public var net: Int64 { claims - owes }
}
