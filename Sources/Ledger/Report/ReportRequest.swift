import FedowProtocol
import Model

/// Which report is asked for.
public struct ReportRequest: Hashable, Sendable {
  /// What one row stands for.
  public enum Step: String, Sendable, CaseIterable {
    /// A local hour.
    case hour
    /// A local day.
    case day
  }

  /// From this instant on; nil: from the beginning of the local day that `to` is in.
  public let from: LedgerTime?
  /// Up to this instant, which is not in it; nil: now.
  public let to: LedgerTime?
  /// What one row stands for.
  public let step: Step

  /// A report of a time.
  public init(from: LedgerTime? = nil, to: LedgerTime? = nil, by step: Step = .hour) {
    self.from = from
    self.to = to
    self.step = step
  }
}
