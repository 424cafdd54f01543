import Model

/// What Stripe knows a write again by: the same key with the same parameters does it once.
///
/// It is made durable before anything is sent, so that whoever asks again after a crash asks with the same one. Stripe
/// forgets a key after a day: an older write whose answer never came is looked for among what Stripe has, not sent again.
public struct IdempotencyKey: Hashable, Sendable {
  /// Up to 255 characters.
  public let text: String
  /// How long Stripe knows a key for certain.
  public static let lifetime = Duration.seconds(24 * 3600)

  /// The key of one purpose of one thing: `checkout-0f8c...`.
  public init(_ purpose: StaticString, _ id: EntityID) { text = "\(purpose)-\(id.text)" }

  /// A key that was stored; nil when it could not be sent.
  public init?(_ text: String) {
    guard (1...255).contains(text.utf8.count), text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else { return nil }
    self.text = text
  }
}
