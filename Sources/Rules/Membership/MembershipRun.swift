import Model

/// A membership that was paid for once or, without a gap, again and again; in microseconds since 1970.
public struct MembershipRun: Hashable, Sendable {
  /// When the first of its periods began; from it all of them are counted.
  public let first: Int64
  /// When the present one began.
  public let start: Int64
  /// The first instant after it; nil: it does not end, because nobody said how long it is.
  public let end: Int64?

  /// A run as it was written.
  public init(first: Int64, start: Int64, end: Int64?) {
    self.first = first
    self.start = start
    self.end = end
  }

  /// What a payment makes of what there was before.
  ///
  /// One that begins exactly where the last ended goes on with it; any other begins a run of its own.
  /// - Throws: `Refusal` with `request_malformed` when the calendar ends before the period does.
  public init(
    after last: MembershipRun?, start: Int64, period: MembershipPeriod, in zone: ZoneRules
  ) throws(Refusal) {
    let first = last?.end == start ? last?.first ?? start : start
    self.first = first
    self.start = start
    end = try Self.end(first: first, start: start, period: period, in: zone)
  }

  private static func end(
    first: Int64, start: Int64, period: MembershipPeriod, in zone: ZoneRules
  ) throws(Refusal) -> Int64 {
    let from = first.flooredQuotient(by: second)
    var (low, high) = (Int64(1), Int64(1))
    let end = { (count: Int64) throws(Refusal) -> Int64 in
      guard let boundary = period.boundary(count, from: from, in: zone) else {
        throw Refusal(.requestMalformed, "A membership cannot begin that late.")
      }
      return boundary * second + (period == .hour ? first - from * second : 0)
    }
    // The first boundary after the start: looked for by doubling and halving, for an hourly one that runs for years.
    while try end(high) <= start {
      low = high + 1
      high *= 2
    }
    while low < high {
      let middle = (low + high) / 2
      if try end(middle) <= start { low = middle + 1 } else { high = middle }
    }
    return try end(low)
  }

  /// Whether it makes a member at an instant.
  public func isValid(at instant: Int64) -> Bool { start <= instant && instant < end ?? .max }

  private static let second: Int64 = 1_000_000
}
