import FedowProtocol

/// Money on its way back to who paid it (https://docs.stripe.com/api/refunds/object).
public struct StripeRefund: StripeObject {
  /// How far it is.
  public enum Status: String, Sendable, Hashable {
    case pending, succeeded, failed, canceled
    /// The payer has to say where the money goes.
    case requiresAction = "requires_action"

    /// Whether the money came back to the account, so that nothing was paid out after all.
    public var isUndone: Bool { self == .failed || self == .canceled }
  }

  /// `re_...`.
  public let id: String
  /// The payment that it gives back: `pi_...`.
  public let paymentIntent: String?
  /// `ch_...`.
  public let charge: String?
  /// Cents.
  public let amount: Int64
  /// In lower case: `eur`.
  public let currency: String
  /// How far it is.
  public let status: Status
  /// Why it failed, in Stripe's word.
  public let failure: String?
  /// When it was asked for, in seconds since 1970.
  public let created: Int64
  /// What its maker attached: how one made here is told from one made by hand in the dashboard.
  public let metadata: [String: String]

  /// Reads a refund.
  public init?(_ json: JSON) {
    guard json["object"]?.text == "refund", let id = json["id"]?.text, let amount = json["amount"]?.int64,
      let currency = json["currency"]?.text, let created = json["created"]?.int64
    else { return nil }
    self.id = id
    self.amount = amount
    self.currency = currency
    self.created = created
    paymentIntent = json["payment_intent"]?.reference
    charge = json["charge"]?.reference
    // A status that is not known here is not the end of it: it is asked for again.
    status = json["status"]?.text.flatMap { Status(rawValue: $0) } ?? .pending
    failure = json["failure_reason"]?.text
    metadata = json.metadata
  }
}
