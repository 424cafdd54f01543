import Model

/// The offsets of one time zone through history, read from a compiled zone file (TZif, RFC 8536).
///
/// Pure: the file's bytes are given. Instants are seconds since 1970 in UTC, days are counted from 1970-01-01.
public struct ZoneRules: Hashable, Sendable {
  /// From when which offset holds; strictly rising.
  private let transitions: [Int64]
  private let offsets: [Int64]
  /// Before the first of them.
  private let firstOffset: Int64
  /// After the last of them.
  private let rule: ZoneRule?

  init(transitions: [Int64], offsets: [Int64], firstOffset: Int64, rule: ZoneRule?) {
    self.transitions = transitions
    self.offsets = offsets
    self.firstOffset = firstOffset
    self.rule = rule
  }

  /// UTC.
  public static let utc = ZoneRules(transitions: [], offsets: [], firstOffset: 0, rule: nil)

  /// How many seconds local time is ahead of UTC.
  public func offset(at instant: Int64) -> Int64 {
    guard let last = transitions.last, instant >= last else {
      let after = firstTransition(after: instant)
      if transitions.isEmpty { return rule?.offset(at: instant) ?? firstOffset }
      return after == 0 ? firstOffset : offsets[after - 1]
    }
    return rule?.offset(at: instant) ?? offsets[offsets.count - 1]
  }

  /// When the offset changes next, or may; nil: never again.
  public func transition(after instant: Int64) -> Int64? {
    let next = firstTransition(after: instant)
    if next < transitions.count { return transitions[next] }
    return rule?.transition(after: instant)
  }

  /// The index of the first transition after an instant.
  private func firstTransition(after instant: Int64) -> Int {
    var (low, high) = (0, transitions.count)
    while low < high {
      let middle = (low + high) / 2
      if transitions[middle] <= instant { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// The local calendar day of an instant, counted from 1970-01-01.
  public func day(at instant: Int64) -> Int64 { (instant + offset(at: instant)).flooredQuotient(by: 86_400) }

  /// The first instant after this one that belongs to a later local day: 23, 24 or 25 hours after the day began, or
  /// longer where a zone left out a day.
  public func dayEnd(at instant: Int64) -> Int64 {
    let today = day(at: instant)
    var start = instant
    while true {
      let midnight = (today + 1) * 86_400 - offset(at: start)
      guard let change = transition(after: start), change <= midnight else { return midnight }
      if day(at: change) > today { return change }
      start = change
    }
  }
}

extension Int64 {
  /// Rounded down, also below 0.
  func flooredQuotient(by divisor: Int64) -> Int64 {
    let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? quotient - 1 : quotient
  }
}
