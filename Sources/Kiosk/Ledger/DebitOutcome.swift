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

extension DebitOutcome {
  /// Whether nothing more has to be found out.
  var isFinal: Bool {
    switch self {
    case .posted, .refused: true
    case .absent, .undecided: false
    }
  }

  /// Why nothing is known, for the log.
  var reason: String { if case .undecided(let reason) = self { reason } else { "not sent" } }
}
