import Model
import Rules

/// A card as the ledger gave it.
public struct CardReading: Hashable, Sendable {
  /// Its wallet and balances.
  public let card: CardSnapshot
  /// The last transaction of each balance: what tells later whether anything happened since.
  public let lastTransactions: [EntityID: String]
  /// Whose authority this place has to debit it; nil when this ledger does not tell and checks by itself.
  public let authorities: [DebitAuthority]?
  /// Whether it may pay.
  public let standing: CardStanding
  /// Whether it is an operator's card of this place that works now.
  public let isPrimary: Bool
  /// The card's answer as the ledger wrote it, for the directory and the operator's eyes.
  public let body: [UInt8]

  /// A reading.
  public init(
    card: CardSnapshot, lastTransactions: [EntityID: String] = [:], authorities: [DebitAuthority]? = nil,
    standing: CardStanding = .usable, isPrimary: Bool = false, body: [UInt8] = []
  ) {
    self.card = card
    self.lastTransactions = lastTransactions
    self.authorities = authorities
    self.standing = standing
    self.isPrimary = isPrimary
    self.body = body
  }
}
