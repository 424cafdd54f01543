import Model

/// All that a decision about one tap rests on.
public struct DebitQuestion: Hashable, Sendable {
  /// What is to be paid, in minor units; of a charge that is partly paid the rest.
  public let amount: Amount
  /// The wallet that will be paid.
  public let placeWallet: EntityID
  /// What is known of the card; nil when nothing is.
  public let card: CardFacts?
  /// Which money is taken, and in which order.
  public let policy: SpendPolicy
  /// Whether the card may pay a part and leave the rest to another.
  public let acceptsPart: Bool
  /// The time, in microseconds since 1970.
  public let now: Int64
  /// Whether the ledger answers.
  public let contact: LedgerContact
  /// Whether it is an entrance too; then it may cost nothing.
  public let entrance: EntranceQuestion?

  /// A question.
  public init(
    amount: Amount, placeWallet: EntityID, card: CardFacts?, policy: SpendPolicy = .standard,
    acceptsPart: Bool = false, now: Int64, contact: LedgerContact = .online,
    entrance: EntranceQuestion? = nil
  ) {
    self.amount = amount
    self.placeWallet = placeWallet
    self.card = card
    self.policy = policy
    self.acceptsPart = acceptsPart
    self.now = now
    self.contact = contact
    self.entrance = entrance
  }
}
