import Model

/// One transaction to be: who gives how much of what to whom, and by which action.
///
/// A business event is one or several of these, posted all together or not at all.
public struct Posting: Hashable, Sendable {
  /// What it does.
  public let action: TransactionAction
  /// Who gives; for a creation the issuer itself.
  public let sender: EntityID
  /// Who receives.
  public let receiver: EntityID
  /// What moves.
  public let terms: AssetTerms
  /// How much, in minor units.
  public let amount: Amount

  /// A transaction to be.
  public init(
    action: TransactionAction, sender: EntityID, receiver: EntityID, terms: AssetTerms, amount: Amount
  ) {
    self.action = action
    self.sender = sender
    self.receiver = receiver
    self.terms = terms
    self.amount = amount
  }
}

/// What a posting does to one balance.
public struct Movement: Hashable, Sendable {
  /// Whose balance of the posting's asset.
  public let wallet: EntityID
  /// What is added, in minor units; negative when taken away.
  public let delta: Int64

  /// A change of one balance.
  public init(wallet: EntityID, delta: Int64) {
    self.wallet = wallet
    self.delta = delta
  }
}
