import Model

/// What is known of a debit after it was sent or asked for.
public enum DebitOutcome: Hashable, Sendable {
  /// It is in the ledger.
  case posted(Receipt)
  /// It is not, and will not be.
  case refused(Refusal)
  /// The ledger says that it has never heard of it.
  case absent
  /// Nobody can say yet; with the reason, for the log.
  case undecided(String)
}
