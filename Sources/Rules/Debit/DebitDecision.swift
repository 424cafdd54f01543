import Model

/// What the kiosk makes of a charge and a card.
public enum DebitDecision: Hashable, Sendable {
  /// The card pays, with these parts in spend order; their sum is the charge.
  case approve([Allocation])
  /// It does not, and why.
  case refuse(Refusal)
}
