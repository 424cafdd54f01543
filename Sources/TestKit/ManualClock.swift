import Model

/// A clock that moves when the test says so.
public struct ManualClock: Sendable {
  /// The present instant.
  public private(set) var now = MonotonicTime(nanoseconds: 1_000_000_000)

  /// A clock at one second.
  public init() {}

  /// Lets so much time pass.
  public mutating func advance(_ duration: Duration) { now = now + duration }
}
