extension StripeClient {
  /// Who looks after an account: with `standard` the place, in Stripe's own dashboard; with `express` mostly the server.
  public enum AccountType: String, Sendable, Hashable, CaseIterable { case express, standard }

  /// Makes an account for a place, which then tells Stripe who it is through an onboarding link.
  /// - Parameter country: two letters of ISO 3166-1.
  public func createAccount(
    _ type: AccountType, country: String, email: String? = nil, metadata: [String: String], key: IdempotencyKey
  ) async -> StripeOutcome<ConnectAccount> {
    var fields = StripeFields()
    fields.add("type", type.rawValue)
    fields.add("country", country)
    fields.add("email", email)
    fields.add("capabilities[transfers][requested]", "true")
    fields.add(metadata: metadata)
    return await post("/v1/accounts", fields, key: key)
  }

  /// Reads an account.
  public func account(_ id: String) async -> StripeOutcome<ConnectAccount> {
    await get("/v1/accounts/\(id.pathPart)")
  }

  /// Makes a link under which a place tells Stripe who it is.
  public func createOnboardingLink(
    account: String, refreshURL: String, returnURL: String, key: IdempotencyKey
  ) async -> StripeOutcome<OnboardingLink> {
    var fields = StripeFields()
    fields.add("account", account)
    fields.add("refresh_url", refreshURL)
    fields.add("return_url", returnURL)
    fields.add("type", "account_onboarding")
    return await post("/v1/account_links", fields, key: key)
  }
}
