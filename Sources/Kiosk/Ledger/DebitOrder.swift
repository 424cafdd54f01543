import Model
import Rules

/// A debit that was decided: everything that the request to the ledger is made of.
public struct DebitOrder: Hashable, Sendable {
  /// The tap's id, which is the idempotency key from here to the ledger's row.
  public let id: EntityID
  /// The card as the ledger gave it.
  public let reading: CardReading
  /// The parts, in spend order.
  public let parts: [Allocation]
  /// What was sold, when the cashier said.
  public let comment: String?

  /// An order.
  public init(id: EntityID, reading: CardReading, parts: [Allocation], comment: String?) {
    self.id = id
    self.reading = reading
    self.parts = parts
    self.comment = comment
  }
}
