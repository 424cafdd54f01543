import Model

/// Who changes a card.
public enum CardActor: Hashable, Sendable {
  /// A place, by an operator's card.
  case place(EntityID)
  /// Who holds the card, by the signature of their wallet.
  case holder
  /// The ledger's own operator, on the server.
  case ledger
}
