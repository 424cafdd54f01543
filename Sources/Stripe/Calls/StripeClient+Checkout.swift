extension StripeClient {
  /// A page to be made, on which one thing is paid.
  public struct Checkout: Hashable, Sendable {
    /// What is paid.
    public enum Price: Hashable, Sendable {
      /// So many cents of this.
      case fixed(cents: Int64, name: String)
      /// A price that Stripe knows; with one made by `createChosenPrice` the payer says how much.
      case known(String)
    }

    /// What is paid.
    public let price: Price
    /// In lower case: `eur`.
    public var currency = "eur"
    /// Where Stripe sends the payer afterwards.
    public let successURL: String
    /// Where Stripe sends who does not pay.
    public let cancelURL: String
    /// What its maker names it by.
    public let clientReference: String
    /// Whom the receipt goes to; the payer types it otherwise.
    public var email: String?
    /// Attached to the session, and to the payment too, so that either alone leads back here.
    public let metadata: [String: String]
    /// When it ends unpaid, in seconds since 1970, from half an hour to a day from now; nil: after a day.
    public var expires: Int64?

    /// A page to be made.
    public init(
      price: Price, successURL: String, cancelURL: String, clientReference: String, metadata: [String: String],
      email: String? = nil, expires: Int64? = nil
    ) {
      self.price = price
      self.successURL = successURL
      self.cancelURL = cancelURL
      self.clientReference = clientReference
      self.metadata = metadata
      self.email = email
      self.expires = expires
    }
  }

  /// Makes a page to pay on.
  public func createCheckout(_ checkout: Checkout, key: IdempotencyKey) async -> StripeOutcome<CheckoutSession> {
    var fields = StripeFields()
    fields.add("mode", "payment")
    // Cards alone: their payments are final at once, and refunds go back the same way.
    fields.add("payment_method_types[0]", "card")
    switch checkout.price {
    case .fixed(let cents, let name):
      fields.add("line_items[0][price_data][currency]", checkout.currency)
      fields.add("line_items[0][price_data][unit_amount]", cents)
      fields.add("line_items[0][price_data][product_data][name]", name)
    case .known(let price): fields.add("line_items[0][price]", price)
    }
    fields.add("line_items[0][quantity]", 1)
    fields.add("success_url", checkout.successURL)
    fields.add("cancel_url", checkout.cancelURL)
    fields.add("client_reference_id", checkout.clientReference)
    fields.add("customer_email", checkout.email)
    fields.add("expires_at", checkout.expires)
    fields.add(metadata: checkout.metadata)
    for (name, value) in checkout.metadata.sorted(by: { $0.key < $1.key }) {
      fields.add("payment_intent_data[metadata][\(name)]", value)
    }
    return await post("/v1/checkout/sessions", fields, key: key)
  }

  /// Reads a session.
  public func checkout(_ id: String) async -> StripeOutcome<CheckoutSession> {
    await get("/v1/checkout/sessions/\(id.pathPart)")
  }

  /// Sessions made since this instant (seconds since 1970), the newest first.
  public func checkouts(
    since: Int64? = nil, paymentIntent: String? = nil, after id: String? = nil, limit: Int64 = 100
  ) async -> StripeOutcome<StripePage<CheckoutSession>> {
    var query = StripeFields()
    query.add("limit", limit)
    query.add("created[gte]", since)
    query.add("payment_intent", paymentIntent)
    query.add("starting_after", id)
    return await get("/v1/checkout/sessions", query)
  }

  /// Makes a price that the payer chooses on the page, within these bounds in cents.
  public func createChosenPrice(
    name: String, currency: String = "eur", minimum: Int64, maximum: Int64, preset: Int64, key: IdempotencyKey
  ) async -> StripeOutcome<StripePrice> {
    var fields = StripeFields()
    fields.add("currency", currency)
    fields.add("custom_unit_amount[enabled]", "true")
    fields.add("custom_unit_amount[minimum]", minimum)
    fields.add("custom_unit_amount[maximum]", maximum)
    fields.add("custom_unit_amount[preset]", preset)
    fields.add("product_data[name]", name)
    return await post("/v1/prices", fields, key: key)
  }
}
