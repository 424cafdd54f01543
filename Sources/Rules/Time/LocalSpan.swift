import Model

/// An hour or a day of a place, by its own clocks: the hour that a change of clocks repeats is two of them.
public struct LocalSpan: Hashable, Sendable {
  /// When it begins by the local clock, in seconds counted as if that were UTC.
  public let localStart: Int64
  /// How many seconds the local clock is ahead of UTC.
  public let offset: Int64

  /// When it begins, in seconds since 1970 in UTC.
  public var start: Int64 { localStart - offset }
}

extension ZoneRules {
  /// The local hour of an instant.
  public func hour(of instant: Int64) -> LocalSpan {
    let offset = offset(at: instant)
    let local = instant + offset
    return LocalSpan(localStart: local.flooredQuotient(by: 3600) * 3600, offset: offset)
  }

  /// The local day of an instant, with the offset that its midnight has.
  public func daySpan(of instant: Int64) -> LocalSpan {
    let midnight = day(at: instant) * 86_400
    // The offset of the instant may be another than that of the midnight before it.
    let near = offset(at: midnight - offset(at: instant))
    return LocalSpan(localStart: midnight, offset: offset(at: midnight - near))
  }
}
