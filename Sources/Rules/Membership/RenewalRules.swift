/// When a renewal is tried, tried again, and given up (pure; instants in microseconds since 1970).
public enum RenewalRules {
  /// What is to be done now.
  public enum Step: Hashable, Sendable {
    /// Nothing before this instant.
    case wait(until: Int64)
    /// It is to be tried.
    case attempt
    /// The grace is over: it is given up, and the membership has lapsed.
    case lapse
  }

  /// The step for a membership that ends, after so many tries of which the last was at an instant.
  public static func step(
    end: Int64, period: MembershipPeriod, grace: Int64, tries: Int64, last: Int64?, now: Int64
  ) -> Step {
    if now >= end + grace * second { return .lapse }
    let due = end - period.lead * second
    guard now >= due else { return .wait(until: due) }
    // A clock that was set back must not make a try wait for the time that it has left again.
    guard let last, last <= now else { return .attempt }
    let next = last + wait(period: period, tries: tries) * second
    return now >= next ? .attempt : .wait(until: min(next, end + grace * second))
  }

  /// How long to wait after so many tries, in seconds: each time twice as long, within the period's bound.
  static func wait(period: MembershipPeriod, tries: Int64) -> Int64 {
    let first = min(3600, period.longestWait)
    return min(first << min(max(tries - 1, 0), 16), period.longestWait)
  }

  private static let second: Int64 = 1_000_000
}
