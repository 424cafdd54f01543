/// Where a debit of the outbox stands.
public enum OutboxState: String, Sendable, Hashable, CaseIterable {
  /// On the disk, perhaps already sent: nothing is written between the two, for that would cost another fsync.
  case pending
  /// Sent at least once again.
  case sent
  /// In the ledger.
  case posted
  /// Not in the ledger, and never sent again.
  case refused
  /// Sent, and no answer.
  case unknown

  /// Whether nothing more will be done about it.
  public var isFinal: Bool { self == .posted || self == .refused }
}
