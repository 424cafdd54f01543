import Model

/// What one place pays another so that all their claims are settled.
public struct ClearingPayment: Hashable, Sendable {
  /// Who pays.
  public let debtor: EntityID
  /// Who is paid.
  public let creditor: EntityID
  /// Minor units, above 0.
  public let amount: Int64

  /// A payment.
  public init(debtor: EntityID, creditor: EntityID, amount: Int64) {
    self.debtor = debtor
    self.creditor = creditor
    self.amount = amount
  }
}
