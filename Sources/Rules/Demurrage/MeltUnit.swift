import Model

/// How long a melting period is, by the local calendar.
public enum MeltUnit: String, Sendable, Hashable, CaseIterable {
  /// From midnight to midnight.
  case day
  /// From Monday to Monday.
  case week
  /// From the first of a month.
  case month
  /// From the first of January.
  case year

  /// The first day, from this one on, that begins a period; days are counted from 1970-01-01.
  func firstDay(from day: Int64) -> Int64 {
    let date = CivilDate.of(daysSince1970: day)
    switch self {
    case .day: return day
    case .week:
      // 1970-01-01 was a Thursday, the fourth day of a week that begins on Monday.
      let weekday = (day + 3) - (day + 3).flooredQuotient(by: 7) * 7
      return day + (7 - weekday) % 7
    case .month:
      guard date.day > 1 else { return day }
      let isDecember = date.month == 12
      return CivilDate.days(
        year: isDecember ? date.year + 1 : date.year, month: isDecember ? 1 : date.month + 1, day: 1) ?? day
    case .year:
      guard date.day > 1 || date.month > 1 else { return day }
      return CivilDate.days(year: date.year + 1, month: 1, day: 1) ?? day
    }
  }

  /// The first instant, from this one on, at which a period begins; in seconds since 1970.
  func boundary(from instant: Int64, in zone: ZoneRules) -> Int64 {
    var day = firstDay(from: zone.day(at: instant))
    while true {
      let found = zone.firstInstant(of: day)
      if found >= instant { return found }
      day = firstDay(from: day + 1)
    }
  }
}

extension ZoneRules {
  /// When a local day begins: the first instant that belongs to it, or to a later one where the zone left it out.
  public func firstInstant(of day: Int64) -> Int64 {
    // No zone is two days away from UTC, so this is before it.
    var instant = (day - 2) * 86_400
    while self.day(at: instant) < day { instant = dayEnd(at: instant) }
    return instant
  }
}
