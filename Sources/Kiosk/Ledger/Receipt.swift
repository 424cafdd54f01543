import FedowProtocol
import Model

/// What the ledger says it posted for one tap.
public struct Receipt: Hashable, Sendable {
  /// The tap's id.
  public let id: EntityID
  /// The 8-digit tag id of the card that paid.
  public let card: String
  /// One transaction an asset.
  public let transactions: [Transaction]
  /// The card's balances of those assets.
  public let balances: [Balance]

  /// Of an entrance: by which membership, as the ledger wrote it.
  public let entrance: JSON?

  /// Whether the ledger took the money and wrote no transaction about it: a Fedow server does when it is stopped between
  /// the two.
  public var isUnrecorded: Bool { transactions.isEmpty && entrance == nil }

  /// A receipt.
  public init(
    id: EntityID, card: String, transactions: [Transaction], balances: [Balance], entrance: JSON? = nil
  ) {
    self.entrance = entrance
    self.id = id
    self.card = card
    self.transactions = transactions
    self.balances = balances
  }

  /// A link of the ledger's chain.
  public struct Transaction: Hashable, Sendable {
    /// Its id.
    public let uuid: EntityID
    /// Its hash in the chain, 64 hexadecimal digits.
    public let hash: String
    /// The asset.
    public let asset: EntityID
    /// The asset's name.
    public let assetName: String
    /// What moved, in minor units.
    public let amount: Amount
    /// When, as the ledger wrote it.
    public let datetime: String
  }

  /// What the debit did to one balance.
  public struct Balance: Hashable, Sendable {
    /// The asset.
    public let asset: EntityID
    /// The asset's name.
    public let name: String
    /// The asset's kind.
    public let category: String
    /// In minor units, before the debit; nil when the ledger did not say.
    public let before: Amount?
    /// In minor units, after it.
    public let after: Amount
  }
}
