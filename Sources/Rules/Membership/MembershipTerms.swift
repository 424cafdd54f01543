import Model

/// On what terms a membership is had: how long it is, what it costs, and in which money.
public struct MembershipTerms: Hashable, Sendable {
  /// Their place among all terms of the ledger.
  public let number: Int64
  /// From when they hold, in microseconds since 1970: for what is paid from then on.
  public let from: Int64
  /// How long one payment lasts.
  public let period: MembershipPeriod
  /// What a renewal is paid in; nil: it costs nothing.
  public let priceAsset: EntityID?
  /// What a renewal costs, in minor units of it.
  public let price: Int64
  /// For how long after the end a renewal is still tried, in seconds.
  public let grace: Int64
  /// Whose calendar counts: a name of the IANA database.
  public let timeZone: String

  /// Terms of a membership.
  public init(
    number: Int64, from: Int64, period: MembershipPeriod, priceAsset: EntityID?, price: Int64, grace: Int64,
    timeZone: String
  ) {
    self.number = number
    self.from = from
    self.period = period
    self.priceAsset = priceAsset
    self.price = price
    self.grace = grace
    self.timeZone = timeZone
  }
}

extension [MembershipTerms] {
  /// Those in force at an instant: the last that had begun.
  ///
  /// What was paid before there were any is had on the first: somebody has to say how long it is.
  public func inForce(at instant: Int64) -> MembershipTerms? {
    self.max { left, right in
      let (one, other) = (left.from <= instant, right.from <= instant)
      guard one == other else { return other }
      return one
        ? (left.from, left.number) < (right.from, right.number)
        : (left.from, left.number) > (right.from, right.number)
    }
  }
}
