import Transport

/// Finds out whether a debit is in the ledger, question by question. Pure: somebody else carries the questions.
public protocol DebitInquiry: Sendable {
  /// Takes the answer to the last question, nil at first, and says what comes next.
  mutating func next(after answer: HTTPResponse?) -> InquiryStep
}

/// What comes next in an inquiry.
public enum InquiryStep: Hashable, Sendable {
  /// Get this path.
  case ask(String)
  /// Get this path, a list that may be too long to be kept: the answer's body is what the search finds in it.
  case search(String, ListSearch)
  /// It is known what became of the debit, or that nobody can say yet.
  case conclude(DebitOutcome)
}
