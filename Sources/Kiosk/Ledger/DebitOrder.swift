import FedowProtocol
import Model
import Rules

/// A debit that was decided: everything that the request to the ledger is made of.
public struct DebitOrder: Hashable, Sendable {
  /// The debit's id, which is the idempotency key from here to the ledger's row; the tap's, unless the tap needs several
  /// debits.
  public let id: EntityID
  /// The tap's id.
  public let tap: EntityID
  /// The card as the ledger gave it; offline as it gave it last.
  public let reading: CardReading
  /// The parts, in spend order.
  public let parts: [Allocation]
  /// What was sold, when the cashier said.
  public let comment: String?
  /// The delegation that the engine chose; nil leaves the choice to the ledger.
  public let authority: EntityID?
  /// When it was decided, on the kiosk's wall clock; nil when the ledger's clock shall count.
  public let decidedAt: LedgerTime?
  /// Whether it was decided without the ledger.
  public let isOffline: Bool
  /// What it is besides a debit: an entrance, whose parts may be none; nil when it is none.
  public let entrance: EntranceTerms?

  /// An order.
  /// - Parameter tap: the tap's id; nil when it is the debit's.
  public init(
    id: EntityID, tap: EntityID? = nil, reading: CardReading, parts: [Allocation], comment: String?,
    authority: EntityID? = nil,
    decidedAt: LedgerTime? = nil, isOffline: Bool = false, entrance: EntranceTerms? = nil
  ) {
    self.id = id
    self.tap = tap ?? id
    self.reading = reading
    self.parts = parts
    self.comment = comment
    self.authority = authority
    self.decidedAt = decidedAt
    self.isOffline = isOffline
    self.entrance = entrance
  }
}

/// A debit that is to be taken back whole.
public struct VoidOrder: Hashable, Sendable {
  /// The void's own id, its idempotency key.
  public let id: EntityID
  /// The debit's id.
  public let debit: EntityID
  /// The 8-digit tag id of the card that was debited.
  public let card: String
  /// Its wallet: the void goes in order behind the wallet's debits.
  public let wallet: EntityID
  /// The operator's card under which it happens; nil when the kiosk takes back a charge that nobody completed.
  public let operatorCard: String?
  /// Why, for the ledger's audit trail.
  public let reason: String
  /// What is given back, for a ledger that knows no voids; nil when the money is not this place's own.
  public let own: OwnMoney?

  /// Money that this place issues, and may therefore fill a card with.
  public struct OwnMoney: Hashable, Sendable {
    /// The asset.
    public let asset: EntityID
    /// How much, in minor units.
    public let amount: Amount
    /// The ledger's last transaction of that balance after the debit, or one before it.
    public let witness: String?

    /// A sum of the place's own money.
    public init(asset: EntityID, amount: Amount, witness: String?) {
      self.asset = asset
      self.amount = amount
      self.witness = witness
    }
  }

  /// An order.
  public init(
    id: EntityID, debit: EntityID, card: String, wallet: EntityID, operatorCard: String?, reason: String,
    own: OwnMoney? = nil
  ) {
    self.id = id
    self.debit = debit
    self.card = card
    self.wallet = wallet
    self.operatorCard = operatorCard
    self.reason = reason
    self.own = own
  }
}
