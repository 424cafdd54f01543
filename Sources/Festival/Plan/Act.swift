/// Something that a guest does.
public enum Act: String, CaseIterable, Sendable {
  case sale, refill, refund
  /// Reports a card as lost.
  case loss
  /// Tries a card that was reported.
  case find
}

/// An act with its time, its till and its card; nothing of it depends on what the ledger answers.
struct PlannedAct: Sendable {
  let act: Act
  /// From the evening's begin.
  let due: Duration
  let stall: Int
  let till: Int
  let card: Int
  /// Minor units of a sale or a refill.
  let amount: Int64
}
