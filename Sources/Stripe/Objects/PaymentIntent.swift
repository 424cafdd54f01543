import FedowProtocol

/// A payment (https://docs.stripe.com/api/payment_intents/object).
public struct PaymentIntent: StripeObject {
  /// `pi_...`.
  public let id: String
  /// `succeeded`, `processing`, `requires_payment_method`, `canceled`...; Stripe adds to these.
  public let status: String
  /// What was asked for, in cents.
  public let amount: Int64
  /// What came, in cents.
  public let amountReceived: Int64
  /// In lower case: `eur`.
  public let currency: String
  /// The charge that took the money: `ch_...`.
  public let latestCharge: String?
  /// Whether real money moves.
  public let isLive: Bool
  /// When it was made, in seconds since 1970.
  public let created: Int64
  /// What its maker attached.
  public let metadata: [String: String]

  /// Whether the money came.
  public var isPaid: Bool { status == "succeeded" }

  /// Reads a payment.
  public init?(_ json: JSON) {
    guard json["object"]?.text == "payment_intent", let id = json["id"]?.text, let status = json["status"]?.text,
      let amount = json["amount"]?.int64, let currency = json["currency"]?.text, let created = json["created"]?.int64
    else { return nil }
    self.id = id
    self.status = status
    self.amount = amount
    self.currency = currency
    self.created = created
    amountReceived = json["amount_received"]?.int64 ?? 0
    latestCharge = json["latest_charge"]?.reference
    isLive = json["livemode"]?.bool ?? false
    metadata = json.metadata
  }
}
