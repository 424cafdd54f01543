import FedowProtocol
import Model

/// A debit with the bytes that every sending of it uses.
public struct OutboxRow: Hashable, Sendable {
  /// The charge it pays.
  public let charge: EntityID
  /// The bytes; their id is the tap's and the row's.
  public let debit: SignedDebit
  /// The dialect in which the bytes are.
  public let dialect: String
  /// Where it stands.
  public let state: OutboxState
  /// How often it was sent after the first time.
  public let attempts: Int
  /// When it was decided.
  public let createdAt: LedgerTime

  /// A row.
  public init(
    charge: EntityID, debit: SignedDebit, dialect: String, state: OutboxState, attempts: Int, createdAt: LedgerTime
  ) {
    self.charge = charge
    self.debit = debit
    self.dialect = dialect
    self.state = state
    self.attempts = attempts
    self.createdAt = createdAt
  }
}
