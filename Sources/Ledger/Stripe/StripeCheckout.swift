import FedowProtocol
import Model

/// A refill that somebody began: written down before Stripe is asked for a page.
public struct StripeCheckout: Hashable, Sendable {
  /// How far it is.
  public enum State: String, Sendable, Hashable, CaseIterable {
    /// Stripe is being asked, or was and did not answer.
    case created
    /// There is a page to pay on.
    case open
    /// The money came and is credited.
    case paid
    /// The page ended unpaid.
    case expired
  }

  /// Its id, which the payer's way back names, and the block.
  public let id: EntityID
  /// Whom it fills.
  public let wallet: EntityID
  /// Through which place it was asked for; nil when it is known from Stripe alone.
  public let place: EntityID?
  /// Cents; nil: the payer chooses on the page.
  public let amount: Int64?
  /// Where Stripe sends the payer back to.
  public let returnURL: String
  /// What the ticketing server signed and wants to see again.
  public let signedData: String?
  /// Stripe's page: `cs_...`.
  public let session: String?
  /// Where to pay.
  public let url: String?
  /// How far it is.
  public let state: State
  /// When it was begun.
  public let createdAt: LedgerTime
}
