import Model

/// A bound on how often something happens: so many at once, and so many a second over time.
struct TokenBucket: Sendable {
  private var tokens: Double
  private var filledAt: MonotonicTime

  /// How a bucket fills.
  struct Size: Hashable, Sendable {
    /// How many a second; above 0.
    let rate: Double
    /// How many at once.
    let burst: Double
  }

  init(_ size: Size, now: MonotonicTime) {
    tokens = size.burst
    filledAt = now
  }

  /// Takes one; the seconds until there is one when there is none now.
  mutating func take(_ size: Size, now: MonotonicTime) -> Double? {
    fill(size, now: now)
    guard tokens >= 1 else { return (1 - tokens) / size.rate }
    tokens -= 1
    return nil
  }

  /// The seconds until there is one; nil when there is one now.
  mutating func wait(_ size: Size, now: MonotonicTime) -> Double? {
    fill(size, now: now)
    return tokens >= 1 ? nil : (1 - tokens) / size.rate
  }

  /// Whether it is as good as new, so that it need not be remembered.
  mutating func isFull(_ size: Size, now: MonotonicTime) -> Bool {
    fill(size, now: now)
    return tokens >= size.burst
  }

  private mutating func fill(_ size: Size, now: MonotonicTime) {
    guard now > filledAt else { return }
    let nanoseconds = Double(now.nanoseconds - filledAt.nanoseconds)
    tokens = min(size.burst, tokens + nanoseconds / 1e9 * size.rate)
    filledAt = now
  }
}
