extension StripeClient {
  /// Events since this instant (seconds since 1970), the newest first; Stripe keeps them for 30 days.
  public func events(
    since: Int64? = nil, type: String? = nil, after id: String? = nil, limit: Int64 = 100
  ) async -> StripeOutcome<StripePage<StripeEvent>> {
    var query = StripeFields()
    query.add("limit", limit)
    query.add("created[gte]", since)
    query.add("type", type)
    query.add("starting_after", id)
    return await get("/v1/events", query)
  }
}
