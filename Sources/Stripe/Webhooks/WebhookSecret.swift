import Model

/// What Stripe signs its events with, one for each address that it sends them to; it shows itself to nobody.
public struct WebhookSecret: Hashable, Sendable {
  let bytes: [UInt8]

  /// Reads a secret as Stripe's dashboard shows it, `whsec_...`; white space around it is dropped.
  /// - Throws: `Refusal` with `configuration_invalid`, which never repeats the text.
  public init(_ text: String) throws(Refusal) {
    let secret = String(text.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
    guard secret.hasPrefix("whsec_"), secret.utf8.count > 6 else {
      throw Refusal(.configurationInvalid, "Stripe's webhook secret begins with whsec_.")
    }
    bytes = Array(secret.utf8)
  }
}

/// Never the secret itself, wherever it is printed, logged or looked at.
extension WebhookSecret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  /// What it is.
  public var description: String { "a webhook secret of Stripe's" }
  /// The same.
  public var debugDescription: String { description }
  /// Nothing within it.
  public var customMirror: Mirror { Mirror(self, children: [:]) }
}
