import Model

/// One wallet's balance of a melting asset through time, and how far it has melted.
///
/// What a period takes is named by the least that lay in the wallet from the grace before it up to its end: money that
/// came in between, and so all that only passes through, does not melt. It depends on nothing but the movements and their
/// instants: each period melts at its own end, whenever it is posted, and so the order in which wallets are touched, and
/// how often, changes nothing.
public struct MeltingBalance: Hashable, Sendable {
  /// What it was from an instant on.
  public struct Point: Hashable, Sendable {
    /// In microseconds since 1970.
    public let at: Int64
    /// In minor units.
    public let balance: Int64

    /// A balance from an instant on.
    public init(at: Int64, balance: Int64) {
      self.at = at
      self.balance = balance
    }
  }

  private let wallet: EntityID
  private let kind: WalletKind
  /// In the order of time; nothing before the first.
  private var path: [Point]
  /// The end of the last period that has melted.
  public private(set) var meltedUntil: Int64

  /// A balance that went this way.
  public init(wallet: EntityID, kind: WalletKind, path: [Point] = [], meltedUntil: Int64 = .min) {
    self.wallet = wallet
    self.kind = kind
    self.path = path
    self.meltedUntil = meltedUntil
  }

  /// Its last change.
  var lastPoint: Point? { path.last }

  /// What it is after all that is known.
  public var balance: Int64 { path.last?.balance ?? 0 }

  /// Gives it a new value from an instant on; every period that ended until then must have melted.
  public mutating func set(_ balance: Int64, at instant: Int64) {
    path.append(Point(at: max(instant, path.last?.at ?? instant), balance: balance))
  }

  /// Melts the periods that ended up to an instant, each once.
  /// - Parameter calendar: counted past the instant.
  /// - Returns: those that took something, in order.
  public mutating func melt(upTo instant: Int64, in calendar: MeltCalendar) -> [Melt] {
    var melts: [Melt] = []
    let first = calendar.firstIndex(endingAfter: meltedUntil)
    for index in first..<max(first, calendar.firstIndex(endingAfter: instant)) {
      let melt = step(calendar.periods[index], in: calendar)
      if melt.amount > 0 { melts.append(melt) }
    }
    return melts
  }

  /// Melts one period.
  mutating func step(_ period: MeltPeriod, in calendar: MeltCalendar) -> Melt {
    let least = least(from: period.windowStart, before: period.end)
    let isExempt = least == 0 || calendar.isExempt(wallet, kind: kind, in: period)
    let amount = isExempt ? 0 : calendar.versions[period.version].melting(of: least)
    if amount > 0 { path.append(Point(at: period.end, balance: balance - amount)) }
    meltedUntil = period.end
    return Melt(period: period, least: least, amount: amount)
  }

  private func least(from start: Int64, before end: Int64) -> Int64 {
    var (low, high) = (0, path.count)
    while low < high {
      let middle = (low + high) / 2
      if path[middle].at <= start { low = middle + 1 } else { high = middle }
    }
    var least = low > 0 ? path[low - 1].balance : 0
    for point in path[low...] {
      guard point.at < end else { break }
      least = min(least, point.balance)
    }
    return least
  }

  /// Forgets what no period to come asks for: those begin after what has melted, less the longest grace.
  public mutating func forget(before instant: Int64) {
    guard path.count > 32, let keep = path.lastIndex(where: { $0.at <= instant }), keep > 0 else { return }
    path.removeFirst(keep)
  }
}
