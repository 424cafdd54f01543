import FedowProtocol
import Model
import Rules

/// A debit that was decided: everything that the request to the ledger is made of.
public struct DebitOrder: Hashable, Sendable {
  /// The tap's id, which is the idempotency key from here to the ledger's row.
  public let id: EntityID
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

  /// An order.
  public init(
    id: EntityID, reading: CardReading, parts: [Allocation], comment: String?, authority: EntityID? = nil,
    decidedAt: LedgerTime? = nil, isOffline: Bool = false
  ) {
    self.id = id
    self.reading = reading
    self.parts = parts
    self.comment = comment
    self.authority = authority
    self.decidedAt = decidedAt
    self.isOffline = isOffline
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

  /// An order.
  public init(
    id: EntityID, debit: EntityID, card: String, wallet: EntityID, operatorCard: String?, reason: String
  ) {
    self.id = id
    self.debit = debit
    self.card = card
    self.wallet = wallet
    self.operatorCard = operatorCard
    self.reason = reason
  }
}
