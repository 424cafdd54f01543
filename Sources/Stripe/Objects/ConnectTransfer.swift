import FedowProtocol

/// Money that went from the server's account to a place's (https://docs.stripe.com/api/transfers/object).
public struct ConnectTransfer: StripeObject {
  /// `tr_...`.
  public let id: String
  /// Cents.
  public let amount: Int64
  /// What was taken back of it, in cents.
  public let amountReversed: Int64
  /// In lower case: `eur`.
  public let currency: String
  /// The place's account: `acct_...`.
  public let destination: String?
  /// What its maker grouped it under.
  public let group: String?
  /// When it was made, in seconds since 1970.
  public let created: Int64
  /// What its maker attached.
  public let metadata: [String: String]

  /// Reads a transfer.
  public init?(_ json: JSON) {
    guard json["object"]?.text == "transfer", let id = json["id"]?.text, let amount = json["amount"]?.int64,
      let currency = json["currency"]?.text, let created = json["created"]?.int64
    else { return nil }
    self.id = id
    self.amount = amount
    self.currency = currency
    self.created = created
    amountReversed = json["amount_reversed"]?.int64 ?? 0
    destination = json["destination"]?.reference
    group = json["transfer_group"]?.text
    metadata = json.metadata
  }
}
