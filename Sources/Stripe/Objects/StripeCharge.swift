import FedowProtocol

/// Money that was taken, and how much of it went back (https://docs.stripe.com/api/charges/object).
public struct StripeCharge: StripeObject {
  /// `ch_...`.
  public let id: String
  /// The payment that it belongs to: `pi_...`.
  public let paymentIntent: String?
  /// What was taken, in cents.
  public let amount: Int64
  /// What went back, in cents.
  public let amountRefunded: Int64
  /// In lower case: `eur`.
  public let currency: String
  /// Whether the money came.
  public let isPaid: Bool
  /// Whether the payer's bank contests it.
  public let isDisputed: Bool
  /// When it was made, in seconds since 1970.
  public let created: Int64

  /// Reads a charge.
  public init?(_ json: JSON) {
    guard json["object"]?.text == "charge", let id = json["id"]?.text, let amount = json["amount"]?.int64,
      let currency = json["currency"]?.text, let created = json["created"]?.int64
    else { return nil }
    self.id = id
    self.amount = amount
    self.currency = currency
    self.created = created
    paymentIntent = json["payment_intent"]?.reference
    amountRefunded = json["amount_refunded"]?.int64 ?? 0
    isPaid = json["paid"]?.bool ?? false
    isDisputed = json["disputed"]?.bool ?? false
  }
}
