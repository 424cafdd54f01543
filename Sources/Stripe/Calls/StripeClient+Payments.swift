extension StripeClient {
  /// Reads a payment.
  public func paymentIntent(_ id: String) async -> StripeOutcome<PaymentIntent> {
    await get("/v1/payment_intents/\(id.pathPart)")
  }

  /// Payments made since this instant (seconds since 1970), the newest first.
  public func paymentIntents(
    since: Int64? = nil, after id: String? = nil, limit: Int64 = 100
  ) async -> StripeOutcome<StripePage<PaymentIntent>> {
    var query = StripeFields()
    query.add("limit", limit)
    query.add("created[gte]", since)
    query.add("starting_after", id)
    return await get("/v1/payment_intents", query)
  }

  /// Reads a charge.
  public func charge(_ id: String) async -> StripeOutcome<StripeCharge> { await get("/v1/charges/\(id.pathPart)") }
}
