/// How long to wait before the next try: doubling, bounded, and spread, so that the kiosks of a venue do not all ask a
/// ledger that comes back in the same instant.
public struct Backoff: Sendable {
  private let first: Duration
  private let longest: Duration
  /// A number in 0..<1.
  private let jitter: @Sendable () -> Double

  /// A backoff; `jitter` gives numbers in 0..<1.
  public init(
    first: Duration = .milliseconds(500), longest: Duration = .seconds(300),
    jitter: @escaping @Sendable () -> Double = { Double.random(in: 0..<1) }
  ) {
    self.first = first
    self.longest = longest
    self.jitter = jitter
  }

  /// The wait after so many failed tries, between half and the whole of the doubled step.
  public func delay(after tries: Int) -> Duration {
    let doubled = tries < 20 ? min(first * (1 << max(0, tries - 1)), longest) : longest
    return doubled * (0.5 + jitter() / 2)
  }
}
