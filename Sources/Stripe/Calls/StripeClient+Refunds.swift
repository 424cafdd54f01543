extension StripeClient {
  /// Gives so many cents of a payment back to who paid.
  /// - Parameter metadata: what tells it from a refund that somebody made by hand in Stripe's dashboard.
  public func createRefund(
    paymentIntent: String, amount: Int64, metadata: [String: String] = [:], key: IdempotencyKey
  ) async -> StripeOutcome<StripeRefund> {
    var fields = StripeFields()
    fields.add("payment_intent", paymentIntent)
    fields.add("amount", amount)
    fields.add(metadata: metadata)
    return await post("/v1/refunds", fields, key: key)
  }

  /// Reads a refund.
  public func refund(_ id: String) async -> StripeOutcome<StripeRefund> { await get("/v1/refunds/\(id.pathPart)") }

  /// Refunds, of one payment or of all, the newest first.
  public func refunds(
    paymentIntent: String? = nil, since: Int64? = nil, after id: String? = nil, limit: Int64 = 100
  ) async -> StripeOutcome<StripePage<StripeRefund>> {
    var query = StripeFields()
    query.add("limit", limit)
    query.add("payment_intent", paymentIntent)
    query.add("created[gte]", since)
    query.add("starting_after", id)
    return await get("/v1/refunds", query)
  }
}
