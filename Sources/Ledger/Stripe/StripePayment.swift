import FedowProtocol
import Model

/// Money that Stripe took and the ledger credited; it never changes.
public struct StripePayment: Hashable, Sendable {
  /// Stripe's name for it: `pi_...`; it is credited once.
  public let paymentIntent: String
  /// The page that it was paid on: `cs_...`.
  public let session: String?
  /// The refill that it belongs to.
  public let checkout: EntityID
  /// Whom it filled.
  public let wallet: EntityID
  /// Cents, and as many tokens.
  public let amount: Int64
  /// The block that created the tokens.
  public let creation: EntityID
  /// The block that gave them.
  public let transaction: EntityID
  /// When Stripe took it.
  public let paidAt: LedgerTime
  /// When it was credited.
  public let creditedAt: LedgerTime
}
