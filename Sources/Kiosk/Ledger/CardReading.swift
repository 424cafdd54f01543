import FedowProtocol
import Model
import Rules

/// A card as the ledger gave it.
public struct CardReading: Hashable, Sendable {
  /// Its wallet and balances.
  public let card: CardSnapshot
  /// The last transaction of each balance: what tells later whether anything happened since.
  public let lastTransactions: [EntityID: LastTransaction]
  /// Whose authority this place has to debit it; nil when this ledger does not tell and checks by itself.
  public let authorities: [DebitAuthority]?
  /// Whether it may pay.
  public let standing: CardStanding
  /// Whether it is an operator's card of this place that works now.
  public let isPrimary: Bool
  /// How the memberships of its holder stand that this place accepts.
  public let memberships: [EntityID: MembershipStanding]
  /// The card's answer as the ledger wrote it, for the directory and the operator's eyes.
  public let body: [UInt8]

  /// What happened last to a balance.
  public struct LastTransaction: Hashable, Sendable {
    /// Which transaction.
    public let uuid: String
    /// When, on the ledger's clock; nil when the ledger did not say.
    public let at: LedgerTime?

    /// The last transaction of a balance.
    public init(uuid: String, at: LedgerTime?) {
      self.uuid = uuid
      self.at = at
    }
  }

  /// A reading.
  public init(
    card: CardSnapshot, lastTransactions: [EntityID: LastTransaction] = [:], authorities: [DebitAuthority]? = nil,
    standing: CardStanding = .usable, isPrimary: Bool = false,
    memberships: [EntityID: MembershipStanding] = [:], body: [UInt8] = []
  ) {
    self.memberships = memberships
    self.card = card
    self.lastTransactions = lastTransactions
    self.authorities = authorities
    self.standing = standing
    self.isPrimary = isPrimary
    self.body = body
  }
}
