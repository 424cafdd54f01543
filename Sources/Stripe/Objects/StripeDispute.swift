import FedowProtocol

/// A payment that the payer's bank contests (https://docs.stripe.com/api/disputes/object).
public struct StripeDispute: StripeObject {
  /// `dp_...`.
  public let id: String
  /// The payment: `pi_...`.
  public let paymentIntent: String?
  /// Cents.
  public let amount: Int64
  /// `needs_response`, `under_review`, `won`, `lost`, `warning_closed`...
  public let status: String
  /// When it began, in seconds since 1970.
  public let created: Int64

  /// Whether the money came back to the account, or never left it.
  public var isUndone: Bool { status == "won" || status == "warning_closed" || status == "prevented" }

  /// Reads a dispute.
  public init?(_ json: JSON) {
    guard json["object"]?.text == "dispute", let id = json["id"]?.text, let amount = json["amount"]?.int64,
      let status = json["status"]?.text, let created = json["created"]?.int64
    else { return nil }
    self.id = id
    self.amount = amount
    self.status = status
    self.created = created
    paymentIntent = json["payment_intent"]?.reference
  }
}
