/// Whether a place takes an asset of another, and how much of it it is willing to hold.
public struct Acceptance: Hashable, Sendable {
  /// Whether it takes it at all.
  public let isAccepted: Bool
  /// The most that it holds until its issuer has paid it out, in minor units; nil: any sum.
  public let ceiling: Int64?

  /// Taken without a ceiling.
  public static let whole = Acceptance(isAccepted: true)
  /// Not taken.
  public static let none = Acceptance(isAccepted: false)

  /// An acceptance; what is not taken has no ceiling.
  public init(isAccepted: Bool, ceiling: Int64? = nil) {
    self.isAccepted = isAccepted
    self.ceiling = isAccepted ? ceiling : nil
  }

  /// How much more is taken by a place that holds so much, in minor units; nil: any sum.
  ///
  /// A ceiling that was set below what is held leaves no room, and takes nothing away.
  public func room(holding: Int64) -> Int64? {
    guard isAccepted else { return 0 }
    return ceiling.map { max(0, $0.subtractingReportingOverflow(max(0, holding)).partialValue) }
  }
}
