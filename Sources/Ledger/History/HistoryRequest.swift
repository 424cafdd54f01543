import FedowProtocol
import Model

/// Which part of a history is asked for.
public struct HistoryRequest: Hashable, Sendable {
  /// At most so many entries, 1 to 1000.
  public let limit: Int
  /// Only those before this number of the ledger: the page before's `next`.
  public let before: Int64?
  /// Only those of this instant and later.
  public let from: LedgerTime?
  /// Only those before this instant.
  public let to: LedgerTime?

  /// A part of a history; the newest page of it all when nothing else is said.
  public init(limit: Int = 100, before: Int64? = nil, from: LedgerTime? = nil, to: LedgerTime? = nil) {
    self.limit = min(max(limit, 1), 1000)
    self.before = before
    self.from = from
    self.to = to
  }
}
