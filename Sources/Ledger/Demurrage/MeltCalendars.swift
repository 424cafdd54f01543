import Model
import Rules
import Synchronization

/// The calendars of melting assets, each counted once as far as it was needed and shared by all who read.
final class MeltCalendars: Sendable {
  static let shared = MeltCalendars()

  private let known = Mutex<[[MeltTerms]: MeltCalendar]>([:])
  /// More are not kept: a ledger has a handful of melting assets.
  private static let limit = 64

  /// The calendar of these versions, counted past an instant in microseconds.
  /// - Throws: `Refusal` with `store_unavailable` when a zone cannot be read: nothing is melted by a guess.
  func calendar(of versions: [MeltTerms], past instant: Int64) throws -> MeltCalendar {
    if let calendar = known.withLock({ $0[versions] }), calendar.periods.last.map({ $0.end > instant }) ?? false {
      return calendar
    }
    do {
      var calendar =
        try known.withLock { $0[versions] } ?? MeltCalendar(versions: versions, zone: TimeZones.system.rules)
      calendar.extend(past: instant)
      known.withLock {
        if $0.count >= Self.limit { $0 = [:] }
        $0[versions] = calendar
      }
      return calendar
    } catch {
      throw Refusal(.storeUnavailable, "The melting of money cannot be counted: \(error)")
    }
  }
}
