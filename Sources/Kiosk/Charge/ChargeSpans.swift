import Model

/// When each step of a tap was done, on the monotonic clock.
public struct ChargeSpans: Hashable, Sendable {
  /// The steps in their order.
  public enum Step: String, Sendable, Hashable, CaseIterable {
    /// The card's UID reached tapd.
    case seen
    /// The ledger's answer about the card was there.
    case read
    /// The engine had decided and the request was signed.
    case decided
    /// The outbox row was on the disk.
    case durable
    /// The request was handed to the connection.
    case posted
    /// The ledger's answer was there, and `paid` was signalled.
    case answered
  }

  private var instants: [Step: MonotonicTime] = [:]

  /// No step yet.
  public init() {}

  /// Notes a step.
  public mutating func mark(_ step: Step, at instant: MonotonicTime) { instants[step] = instant }

  /// Microseconds of each step since the card was seen, in order; empty before.
  public var microseconds: [(step: Step, value: Int64)] {
    guard let origin = instants[.seen] else { return [] }
    return Step.allCases.compactMap { step in
      instants[step].map { (step, ($0.nanoseconds - origin.nanoseconds) / 1000) }
    }
  }
}
