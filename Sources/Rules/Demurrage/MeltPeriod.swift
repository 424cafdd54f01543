/// A period of melting, in microseconds since 1970.
public struct MeltPeriod: Hashable, Sendable {
  /// The place of its terms among the versions of the calendar.
  public let version: Int
  /// From when money must lie to melt: the grace before the start.
  public let windowStart: Int64
  /// Its first instant.
  public let start: Int64
  /// The first instant after it, at which it melts.
  public let end: Int64
}

/// What one period takes from one wallet.
public struct Melt: Hashable, Sendable {
  /// Which.
  public let period: MeltPeriod
  /// The least that lay there, in minor units.
  public let least: Int64
  /// What melts of it, in minor units.
  public let amount: Int64
}
