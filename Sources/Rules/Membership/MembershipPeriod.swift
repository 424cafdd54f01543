import Model

/// How long one payment makes a member, by the local calendar.
///
/// A period of days begins with the instant of the payment and ends with a local day: who pays in the afternoon has the
/// morning of the last day as well. The codes are those of the real Fedow's chain.
public enum MembershipPeriod: String, Sendable, Hashable, CaseIterable {
  /// Until the same day of the next year.
  case year = "YEA"
  /// Until the end of the year of the calendar, whenever it began.
  case civilYear = "CIV"
  /// Until the same day of the next month; where a month has no such day, its last.
  case month = "MON"
  /// Seven local days.
  case week = "WEK"
  /// The local day.
  case day = "DAY"
  /// 3600 seconds, whatever the clocks do.
  case hour = "HOR"

  /// The word that people write.
  public var word: String {
    switch self {
    case .year: "year"
    case .civilYear: "civil-year"
    case .month: "month"
    case .week: "week"
    case .day: "day"
    case .hour: "hour"
    }
  }

  /// The period of a word; nil when there is none.
  public init?(word: String) {
    guard let period = Self.allCases.first(where: { $0.word == word }) else { return nil }
    self = period
  }

  /// How long before its end a renewal is tried for the first time, in seconds: early enough that a member who can pay
  /// is never without a membership, late enough that nobody pays long before they must.
  public var lead: Int64 {
    switch self {
    case .year, .civilYear, .month, .week: 86_400
    case .day: 3600
    case .hour: 300
    }
  }

  /// The longest wait between two tries of one renewal, in seconds.
  public var longestWait: Int64 {
    switch self {
    case .year, .civilYear, .month, .week: 86_400
    case .day: 3600
    case .hour: 300
    }
  }

  /// For how long after the end a renewal is still tried, in seconds, where the terms say nothing else.
  public var usualGrace: Int64 {
    switch self {
    case .year, .civilYear: 14 * 86_400
    case .month: 7 * 86_400
    case .week: 86_400
    case .day: 3600
    case .hour: 900
    }
  }

  /// The instant at which the period after this many of them begins, in seconds, for a membership that began on a day.
  ///
  /// Counted from the first day each time, so that a membership of the 31st ends on the 31st again after a February.
  /// Nil past the calendar's end.
  func boundary(_ count: Int64, from first: Int64, in zone: ZoneRules) -> Int64? {
    if self == .hour {
      let end = first + count * 3600
      return Self.isWithinTheCalendar(zone.day(at: end)) ? end : nil
    }
    let day = zone.day(at: first)
    let date = CivilDate.of(daysSince1970: day)
    let next: Int64?
    switch self {
    case .year: next = Self.day(year: date.year + count, month: date.month, day: date.day)
    case .civilYear: next = CivilDate.days(year: date.year + count, month: 1, day: 1)
    case .month:
      let months = date.year * 12 + date.month - 1 + count
      next = Self.day(year: months / 12, month: months % 12 + 1, day: date.day)
    case .week: next = day + 7 * count
    case .day, .hour: next = day + count
    }
    return next.flatMap { Self.isWithinTheCalendar($0) ? zone.firstInstant(of: $0) : nil }
  }

  private static func isWithinTheCalendar(_ day: Int64) -> Bool {
    (1...9999).contains(CivilDate.of(daysSince1970: day).year)
  }

  /// The day of a date, or the last of its month where it has no such day.
  private static func day(year: Int64, month: Int64, day: Int64) -> Int64? {
    (0..<4).lazy.compactMap { CivilDate.days(year: year, month: month, day: day - $0) }.first
  }
}
