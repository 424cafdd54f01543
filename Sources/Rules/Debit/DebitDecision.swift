import Model

/// What the kiosk makes of a charge and a card.
public enum DebitDecision: Hashable, Sendable {
  /// The card pays.
  case approve(DebitPlan)
  /// It does not, and why.
  case refuse(Refusal)
  /// What is known here is not enough, and the ledger can be asked.
  case askLedger
}

/// What a card pays, with what, and by whose leave.
public struct DebitPlan: Hashable, Sendable {
  /// The parts in spend order, each more than nothing.
  public let parts: [Allocation]
  /// What remains of the charge for another card or another means, in minor units.
  public let missing: Amount
  /// The delegation; nil when the ledger chooses.
  public let authority: EntityID?

  /// A plan.
  public init(parts: [Allocation], missing: Amount = .zero, authority: EntityID? = nil) {
    self.parts = parts
    self.missing = missing
    self.authority = authority
  }

  /// What the card pays, in minor units.
  public var amount: Amount { parts.reduce(Amount.zero) { $0.saturatingSum($1.amount) } }
}
