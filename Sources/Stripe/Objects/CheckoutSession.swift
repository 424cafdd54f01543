import FedowProtocol

/// A page of Stripe's on which somebody pays (https://docs.stripe.com/api/checkout/sessions/object).
public struct CheckoutSession: StripeObject {
  /// Whether it can still be paid.
  public enum Status: String, Sendable, Hashable { case open, complete, expired }
  /// Whether the money came: with a transfer from a bank that may be days after the page was left.
  public enum Payment: String, Sendable, Hashable {
    case paid, unpaid
    case notNeeded = "no_payment_required"
  }

  /// `cs_test_...`.
  public let id: String
  /// Whether it can still be paid.
  public let status: Status?
  /// Whether the money came.
  public let payment: Payment
  /// What was paid, in cents; what the payer chose, where they may.
  public let amountTotal: Int64?
  /// In lower case: `eur`.
  public let currency: String?
  /// The payment behind it, once there is one: `pi_...`.
  public let paymentIntent: String?
  /// What its maker named it by.
  public let clientReference: String?
  /// Where the payer goes; gone once it is paid or expired.
  public let url: String?
  /// Whether real money moves.
  public let isLive: Bool
  /// When it was made, in seconds since 1970.
  public let created: Int64
  /// When it ends unpaid, in seconds since 1970.
  public let expires: Int64?
  /// What its maker attached.
  public let metadata: [String: String]

  /// Reads a session.
  public init?(_ json: JSON) {
    guard json["object"]?.text == "checkout.session", let id = json["id"]?.text,
      let payment = json["payment_status"]?.text.flatMap({ Payment(rawValue: $0) }),
      let created = json["created"]?.int64
    else { return nil }
    self.id = id
    self.payment = payment
    self.created = created
    status = json["status"]?.text.flatMap { Status(rawValue: $0) }
    amountTotal = json["amount_total"]?.int64
    currency = json["currency"]?.text
    paymentIntent = json["payment_intent"]?.reference
    clientReference = json["client_reference_id"]?.text
    url = json["url"]?.text
    isLive = json["livemode"]?.bool ?? false
    expires = json["expires_at"]?.int64
    metadata = json.metadata
  }
}
