import Model

/// What a place holds of the money that another issued, and may have paid out by it.
public struct ClearingClaim: Hashable, Sendable {
  /// The place that took it.
  public let holder: EntityID
  /// The place that issued it, and owes it.
  public let issuer: EntityID
  /// Which of its assets.
  public let asset: EntityID
  /// Minor units, above 0.
  public let amount: Int64

  /// A claim.
  public init(holder: EntityID, issuer: EntityID, asset: EntityID, amount: Int64) {
    self.holder = holder
    self.issuer = issuer
    self.asset = asset
    self.amount = amount
  }

  /// The claim that a place has when it took so much in a period and holds so much at its end, in minor units; nil: none.
  ///
  /// What it gave back or had paid out meanwhile it can not claim, and what it took before is another period's.
  public static func amount(taken: Int64, held: Int64) -> Int64? {
    let claimed = min(taken, held)
    return claimed > 0 ? claimed : nil
  }
}
