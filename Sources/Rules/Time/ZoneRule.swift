import Model

/// The rule for all years to come: a `TZ` value of POSIX with the extensions of RFC 8536, section 3.3.1.
///
/// For instance `CET-1CEST,M3.5.0,M10.5.0/3`.
struct ZoneRule: Hashable, Sendable {
  /// Seconds ahead of UTC in standard time.
  let standard: Int64
  /// The daylight saving time of each year; nil: there is none.
  let daylight: Daylight?

  struct Daylight: Hashable, Sendable {
    /// Seconds ahead of UTC.
    let offset: Int64
    let start: Change
    let end: Change
  }

  /// When a change comes in a year.
  struct Change: Hashable, Sendable {
    enum Day: Hashable, Sendable {
      /// `Jn`: day 1 to 365, February 29 never counted.
      case julian(Int64)
      /// `n`: day 0 to 365, February 29 counted.
      case zeroBased(Int64)
      /// `Mm.w.d`: the w-th (5: the last) weekday d (0: Sunday) of month m.
      case weekday(month: Int64, week: Int64, day: Int64)
    }
    let day: Day
    /// Seconds of local time after the day's midnight; may lie outside of the day.
    let time: Int64

    /// Seconds since 1970 as if local time were UTC.
    func local(in year: Int64) -> Int64 {
      let first = CivilDate.days(year: year, month: 1, day: 1) ?? 0
      let isLeap = CivilDate.days(year: year, month: 2, day: 29) != nil
      switch day {
      case .julian(let number): return (first + number - (isLeap && number >= 60 ? 0 : 1)) * 86_400 + time
      case .zeroBased(let number): return (first + number) * 86_400 + time
      case .weekday(let month, let week, let day):
        let start = CivilDate.days(year: year, month: month, day: 1) ?? first
        let next = CivilDate.days(year: month == 12 ? year + 1 : year, month: month % 12 + 1, day: 1) ?? start + 31
        // 1970-01-01 was a Thursday, day 4 of a week that begins on Sunday.
        let weekday = (start + 4) - (start + 4).flooredQuotient(by: 7) * 7
        var found = start + (day - weekday + 7) % 7 + (week - 1) * 7
        while found >= next { found -= 7 }
        return found * 86_400 + time
      }
    }
  }

  /// The two changes of each year around an instant, in the order of time, with the offset after each.
  private func changes(around instant: Int64) -> [(instant: Int64, offset: Int64)] {
    guard let daylight else { return [] }
    let days = min(max(instant, -50_000_000_000), 250_000_000_000).flooredQuotient(by: 86_400)
    let year = CivilDate.of(daysSince1970: days).year
    // Two years either way: a change can lie in the year beside its own, and the one before it too.
    return (year - 2...year + 2).flatMap { year in
      [
        (daylight.start.local(in: year) - standard, daylight.offset),
        (daylight.end.local(in: year) - daylight.offset, standard),
      ]
    }.sorted { $0.0 < $1.0 }
  }

  func offset(at instant: Int64) -> Int64 {
    changes(around: instant).last { $0.instant <= instant }?.offset ?? standard
  }

  func transition(after instant: Int64) -> Int64? { changes(around: instant).first { $0.instant > instant }?.instant }
}
