/// What has become of the part of a clearing that its places agree to together.
public enum ClearingState: String, Sendable, Hashable, CaseIterable {
  /// Somebody has not said anything yet.
  case proposed
  /// All have agreed; it is posted as soon as it is paid for.
  case agreed
  /// It is posted, for good.
  case settled
  /// Somebody declined, for good.
  case declined
  /// It was not settled in time, for good.
  case expired

  /// The state that follows from what was said.
  ///
  /// - Parameters:
  ///   - isLate: whether its time is over.
  ///   - isPaidFor: whether a bank transfer was declared for it: money that has moved is not let go by a date.
  public init(isSettled: Bool, isDeclined: Bool, isAgreed: Bool, isLate: Bool, isPaidFor: Bool) {
    self =
      isSettled
      ? .settled
      : isDeclined ? .declined : isLate && !isPaidFor ? .expired : isAgreed ? .agreed : .proposed
  }

  /// Whether anything can still become of it.
  public var isOpen: Bool { self == .proposed || self == .agreed }
}
