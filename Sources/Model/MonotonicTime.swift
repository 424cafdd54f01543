/// An instant on a clock that never steps, counted in nanoseconds from an arbitrary start.
///
/// Rules compare such instants and never ask for one: `now` is always passed in.
public struct MonotonicTime: Hashable, Sendable, Comparable {
  /// Nanoseconds since the clock's start.
  public let nanoseconds: Int64

  /// The instant so many nanoseconds after the clock's start.
  public init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

  /// Orders by time.
  public static func < (left: MonotonicTime, right: MonotonicTime) -> Bool { left.nanoseconds < right.nanoseconds }

  /// The instant so much later.
  public static func + (instant: MonotonicTime, duration: Duration) -> MonotonicTime {
    let (seconds, attoseconds) = duration.components
    return MonotonicTime(nanoseconds: instant.nanoseconds + seconds * 1_000_000_000 + attoseconds / 1_000_000_000)
  }

  /// The time between two instants.
  public static func - (left: MonotonicTime, right: MonotonicTime) -> Duration {
    .nanoseconds(left.nanoseconds - right.nanoseconds)
  }
}

extension MonotonicTime {
  /// The present instant on the machine's monotonic clock (CLOCK_MONOTONIC, the one that stands still in suspension).
  public static func now() -> MonotonicTime {
    let elapsed = origin.duration(to: SuspendingClock.now).components
    return MonotonicTime(nanoseconds: elapsed.seconds * 1_000_000_000 + elapsed.attoseconds / 1_000_000_000)
  }

  private static let origin = SuspendingClock.now
}
