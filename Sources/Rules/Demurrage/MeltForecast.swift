extension MeltingBalance {
  /// The next period that takes something if the balance stays as it is; nil: none does.
  ///
  /// - Parameters:
  ///   - instant: now; what is due by then must have melted.
  ///   - calendar: is counted further as far as is needed.
  public func next(after instant: Int64, in calendar: inout MeltCalendar) -> Melt? {
    var copy = self
    var time = max(instant, meltedUntil)
    let newest = max(instant, copy.lastChange)
    let lastVersion = calendar.versions.map(\.from).max() ?? 0
    for _ in 0..<4000 {
      calendar.extend(past: time)
      guard let period = calendar.period(endingAfter: time) else { return nil }
      let melt = copy.step(period, in: calendar)
      if melt.amount > 0 { return melt }
      // From here on every window holds the same balance under the same terms.
      if period.windowStart >= newest, period.start >= lastVersion { return nil }
      time = period.end
    }
    return nil
  }

  private var lastChange: Int64 { lastPoint?.at ?? .min }
}
