import Model

/// The periods of one asset, one after the other, each under the terms that were in force when it began.
///
/// A period that has begun runs to its end also when other terms come into force within it; the next begins at the first
/// boundary of its own unit after that. What lies between the two melts in neither.
public struct MeltCalendar: Hashable, Sendable {
  /// The versions of the terms, in the order in which they were made.
  public let versions: [MeltTerms]
  /// Those periods that were counted so far, in order.
  public private(set) var periods: [MeltPeriod] = []
  private let zones: [ZoneRules]
  /// Where the next one is looked for, in seconds.
  private var cursor: Int64

  /// A calendar of these versions, with nothing counted yet.
  /// - Parameter zone: the rules of a zone by its name.
  public init(versions: [MeltTerms], zone: (String) throws(Refusal) -> ZoneRules) throws(Refusal) {
    self.versions = versions
    var zones: [ZoneRules] = []
    for version in versions { zones.append(try zone(version.timeZone)) }
    self.zones = zones
    cursor = (versions.map(\.from).min() ?? 0).flooredQuotient(by: 1_000_000)
  }

  /// The longest grace of any version, in microseconds, with room for changes of clocks.
  public var longestGrace: Int64 { ((versions.map(\.graceDays).max() ?? 0) + 2) * 86_400_000_000 }

  /// The version in force at an instant, in seconds: of those that begin last, the one that was made last.
  private func version(at instant: Int64) -> Int? {
    versions.indices.filter { versions[$0].from <= instant * 1_000_000 }
      .max { (versions[$0].from, versions[$0].number) < (versions[$1].from, versions[$1].number) }
  }

  /// Counts until the last period ends after this instant, in microseconds.
  public mutating func extend(past instant: Int64) {
    while periods.last.map({ $0.end <= instant }) ?? true {
      guard let period = next() else { return }
      periods.append(period)
      cursor = period.end.flooredQuotient(by: 1_000_000)
    }
  }

  /// The period that begins at the cursor or next after it.
  private func next() -> MeltPeriod? {
    var instant = cursor
    while let index = version(at: instant) {
      let (terms, zone) = (versions[index], zones[index])
      let start = terms.unit.boundary(from: instant, in: zone)
      guard version(at: start) == index else {
        // Other terms come into force before these have begun a period: their own first boundary is looked for.
        let later = versions.map { $0.from.flooredQuotient(by: 1_000_000) }.filter { $0 > instant && $0 <= start }
        instant = later.min() ?? start
        continue
      }
      let window = terms.graceDays == 0 ? start : zone.firstInstant(of: zone.day(at: start) - terms.graceDays)
      return MeltPeriod(
        version: index, windowStart: window * 1_000_000, start: start * 1_000_000,
        end: terms.unit.boundary(from: start + 1, in: zone) * 1_000_000)
    }
    return nil
  }

  /// The index of the first period that ends after an instant.
  func firstIndex(endingAfter instant: Int64) -> Int {
    var (low, high) = (0, periods.count)
    while low < high {
      let middle = (low + high) / 2
      if periods[middle].end <= instant { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// The first period that ends after an instant; it must have been counted.
  public func period(endingAfter instant: Int64) -> MeltPeriod? {
    let index = firstIndex(endingAfter: instant)
    return index < periods.count ? periods[index] : nil
  }

  /// When the last period ended up to an instant; nil: none has.
  public func lastEnd(upTo instant: Int64) -> Int64? {
    let index = firstIndex(endingAfter: instant)
    return index > 0 ? periods[index - 1].end : nil
  }

  /// Whether a wallet melts not at all in a period.
  ///
  /// Who was ever named to receive what melts is exempt from then on: else what it has would depend on when others' due
  /// periods are posted.
  public func isExempt(_ wallet: EntityID, kind: WalletKind, in period: MeltPeriod) -> Bool {
    let terms = versions[period.version]
    return kind == .server || terms.exemptKinds.contains(kind) || terms.exemptWallets.contains(wallet)
      || versions.contains { $0.from <= period.start && $0.receiver == wallet }
  }
}
