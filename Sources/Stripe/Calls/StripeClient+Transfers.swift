extension StripeClient {
  /// Moves so many cents from the server's account to a place's.
  public func createTransfer(
    to account: String, amount: Int64, currency: String = "eur", group: String, metadata: [String: String] = [:],
    key: IdempotencyKey
  ) async -> StripeOutcome<ConnectTransfer> {
    var fields = StripeFields()
    fields.add("amount", amount)
    fields.add("currency", currency)
    fields.add("destination", account)
    fields.add("transfer_group", group)
    fields.add(metadata: metadata)
    return await post("/v1/transfers", fields, key: key)
  }

  /// Reads a transfer.
  public func transfer(_ id: String) async -> StripeOutcome<ConnectTransfer> {
    await get("/v1/transfers/\(id.pathPart)")
  }

  /// Transfers, of one group or of all, the newest first.
  public func transfers(
    group: String? = nil, destination: String? = nil, since: Int64? = nil, after id: String? = nil, limit: Int64 = 100
  ) async -> StripeOutcome<StripePage<ConnectTransfer>> {
    var query = StripeFields()
    query.add("limit", limit)
    query.add("transfer_group", group)
    query.add("destination", destination)
    query.add("created[gte]", since)
    query.add("starting_after", id)
    return await get("/v1/transfers", query)
  }
}
