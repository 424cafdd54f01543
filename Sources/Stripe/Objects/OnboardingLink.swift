import FedowProtocol

/// Where a place tells Stripe who it is; good once and for minutes (https://docs.stripe.com/api/account_links).
public struct OnboardingLink: StripeObject {
  /// Stripe's page. Whoever has it acts for the account, so it goes to the place alone and into no log.
  public let url: String
  /// Until when it is good, in seconds since 1970.
  public let expires: Int64

  /// Reads a link.
  public init?(_ json: JSON) {
    guard json["object"]?.text == "account_link", let url = json["url"]?.text, let expires = json["expires_at"]?.int64
    else { return nil }
    self.url = url
    self.expires = expires
  }
}
