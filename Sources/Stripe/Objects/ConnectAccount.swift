import FedowProtocol

/// A place's own account, to which it is paid out (https://docs.stripe.com/api/accounts/object).
public struct ConnectAccount: StripeObject {
  /// `acct_...`.
  public let id: String
  /// Whether the place has told Stripe who it is.
  public let detailsSubmitted: Bool
  /// Whether it can take payments.
  public let chargesEnabled: Bool
  /// Whether Stripe pays its balance to its bank.
  public let payoutsEnabled: Bool
  /// Whether money can be transferred to it.
  public let transfersActive: Bool
  /// What Stripe still wants to know at once, in its own words.
  public let currentlyDue: [String]
  /// Why Stripe shut it, in its own word; nil when it is open.
  public let disabledReason: String?
  /// What its maker attached.
  public let metadata: [String: String]

  /// Reads an account.
  public init?(_ json: JSON) {
    guard json["object"]?.text == "account", let id = json["id"]?.text else { return nil }
    self.id = id
    detailsSubmitted = json["details_submitted"]?.bool ?? false
    chargesEnabled = json["charges_enabled"]?.bool ?? false
    payoutsEnabled = json["payouts_enabled"]?.bool ?? false
    transfersActive = json["capabilities"]?["transfers"]?.text == "active"
    currentlyDue = json["requirements"]?["currently_due"]?.elements?.compactMap(\.text) ?? []
    disabledReason = json["requirements"]?["disabled_reason"]?.text
    metadata = json.metadata
  }
}
