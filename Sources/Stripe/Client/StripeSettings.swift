import Model
import Transport

/// How Stripe is reached: as whom, where, and in which version of its interface.
public struct StripeSettings: Hashable, Sendable {
  /// Where Stripe's interface is.
  public static let publicURL = "https://api.stripe.com"
  /// The version that the shapes here were read from. Stripe answers in the account's own one unless it is named, so a
  /// click in a dashboard could change what a ledger reads.
  public static let pinnedVersion = "2025-03-31.basil"

  /// Who asks.
  public let key: StripeSecretKey
  /// Without a slash at its end.
  public let baseURL: String
  /// What `Stripe-Version` says.
  public let version: String
  /// How long an answer may take.
  public let limits: HTTPLimits

  /// Settings; an answer may take 30 seconds by default, because Stripe asks banks.
  /// - Throws: `Refusal` with `configuration_invalid` when the address would show the key to the network, or a version
  ///   could not be sent in a header.
  public init(
    key: StripeSecretKey, baseURL: String = publicURL, version: String = pinnedVersion,
    limits: HTTPLimits = HTTPLimits(connectMilliseconds: 5000, totalMilliseconds: 30_000, bodyBytes: 8 << 20)
  ) throws(Refusal) {
    let url = baseURL.hasSuffix("/") ? String(baseURL.dropLast()) : baseURL
    guard url.hasPrefix("https://") || Self.isLoopback(url) && !key.isLive else {
      throw Refusal(
        .configurationInvalid,
        "Stripe is reached by https:// only; http:// is for a stand-in on this machine, with a test key.")
    }
    guard !version.isEmpty, version.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
      throw Refusal(.configurationInvalid, "'\(version)' is no version of Stripe's interface.")
    }
    self.key = key
    self.baseURL = url
    self.version = version
    self.limits = limits
  }

  private static func isLoopback(_ url: String) -> Bool {
    ["http://127.0.0.1", "http://localhost", "http://[::1]"].contains { host in
      url == host || url.hasPrefix(host + ":") || url.hasPrefix(host + "/")
    }
  }
}
