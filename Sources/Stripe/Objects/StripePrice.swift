import FedowProtocol

/// A price (https://docs.stripe.com/api/prices/object); the one of a refill is what the payer chooses.
public struct StripePrice: StripeObject {
  /// `price_...`.
  public let id: String
  /// In lower case: `eur`.
  public let currency: String
  /// Cents; nil where the payer chooses.
  public let unitAmount: Int64?

  /// Reads a price.
  public init?(_ json: JSON) {
    guard json["object"]?.text == "price", let id = json["id"]?.text, let currency = json["currency"]?.text else {
      return nil
    }
    self.id = id
    self.currency = currency
    unitAmount = json["unit_amount"]?.int64
  }
}
