import FedowProtocol
import Model
import Stripe

/// A place's own account at Stripe, as far as Stripe has told.
public struct StripePlaceAccount: Hashable, Sendable {
  /// The place.
  public let place: EntityID
  /// `acct_...`; nil while Stripe is being asked for one.
  public let account: String?
  /// `express` or `standard`.
  public let kind: StripeClient.AccountType
  /// Two letters of ISO 3166-1.
  public let country: String
  /// Whether the place has told Stripe who it is.
  public let detailsSubmitted: Bool
  /// Whether it can take payments.
  public let chargesEnabled: Bool
  /// Whether Stripe pays its balance to its bank.
  public let payoutsEnabled: Bool
  /// Whether money can be transferred to it.
  public let transfersActive: Bool
  /// What Stripe still wants to know.
  public let currentlyDue: [String]
  /// Why Stripe shut it.
  public let disabledReason: String?
  /// What the account is asked for by, so that it is made once.
  public let request: EntityID

  /// In one word.
  public var state: String {
    if account == nil { return "asked" }
    if transfersActive && payoutsEnabled { return "active" }
    return disabledReason != nil && detailsSubmitted ? "restricted" : detailsSubmitted ? "pending" : "onboarding"
  }

  /// As programs read it.
  public var json: JSON {
    [
      "place": JSON(place.text), "account": JSON(account), "kind": JSON(kind.rawValue), "country": JSON(country),
      "state": JSON(state), "details_submitted": .bool(detailsSubmitted), "charges_enabled": .bool(chargesEnabled),
      "payouts_enabled": .bool(payoutsEnabled), "transfers_active": .bool(transfersActive),
      "currently_due": .array(currentlyDue.map { JSON($0) }), "disabled_reason": JSON(disabledReason),
    ]
  }
}
