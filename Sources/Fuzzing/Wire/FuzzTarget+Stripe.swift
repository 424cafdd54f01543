import FedowProtocol
import Stripe

extension FuzzTarget {
  private static let webhookSecret = try? WebhookSecret("whsec_fuzz")

  /// An event in any shape, under a header in any shape: none is genuine but what the secret signed.
  static func stripe(_ bytes: [UInt8]) throws(Finding) {
    guard let secret = webhookSecret else { throw Finding("a webhook secret is none") }
    let parts = bytes.split(separator: UInt8(ascii: "\n"), maxSplits: 1, omittingEmptySubsequences: false)
    let body = parts.count > 1 ? Array(parts[1]) : []
    for now: Int64 in [0, 1_790_000_000] {
      let forged = isGenuine(text(parts[0]), body, secret, now)
      try Finding.unless(!forged, "a forged event: \(text(parts[0]))")
      let header = WebhookSignature.sign(body: body, secrets: [secret], now: now)
      try Finding.unless(isGenuine(header, body, secret, now + 300), "Stripe's own event is refused: \(header)")
      try Finding.unless(!isGenuine(header, body + [0], secret, now), "another body passes: \(header)")
      try Finding.unless(!isGenuine(header, body, secret, now + 301), "an old event passes: \(header)")
    }
    _ = try? StripeSecretKey(text(parts[0]))
    _ = try? WebhookSecret(text(parts[0]))
    guard let json = try? JSON.parse(body) else { return }
    let object = StripeEvent(json)?.object ?? json
    _ = (CheckoutSession(object), OnboardingLink(object), StripeCharge(object), ConnectAccount(object))
    _ = (StripePrice(object), ConnectTransfer(object), PaymentIntent(object), StripeRefund(object))
    _ = (StripePage<StripeRefund>(json), StripePage<StripeEvent>(json))
  }

  private static func isGenuine(_ header: String, _ body: [UInt8], _ secret: WebhookSecret, _ now: Int64) -> Bool {
    (try? WebhookSignature.verify(header, body: body, secrets: [secret], now: now)) != nil
  }
}
