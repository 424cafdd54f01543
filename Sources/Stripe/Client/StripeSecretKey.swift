import Model

/// The key that speaks for an account of Stripe's; it shows itself to nobody but Stripe.
public struct StripeSecretKey: Hashable, Sendable {
  private let text: String
  /// Whether it moves real money.
  public let isLive: Bool

  /// Reads a key as Stripe's dashboard shows it: `sk_test_...`, `sk_live_...`, or a restricted one with `rk_`; white
  /// space around it, as at the end of a file, is dropped.
  /// - Throws: `Refusal` with `configuration_invalid`, which never repeats the text.
  public init(_ text: String) throws(Refusal) {
    let key = String(text.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
    let kind = ["sk_", "rk_"].first { key.hasPrefix($0) }
    let mode = kind.map { key.dropFirst($0.count) }
    guard let mode, mode.hasPrefix("test_") || mode.hasPrefix("live_"), mode.utf8.count > 5,
      key.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F })
    else {
      throw Refusal(
        .configurationInvalid, "Stripe's secret key begins with sk_test_, sk_live_, rk_test_ or rk_live_.")
    }
    self.text = key
    isLive = mode.hasPrefix("live_")
  }

  /// The header that it is sent in.
  var header: String { "Authorization: Bearer \(text)" }
}

/// Never the key itself, wherever it is printed, logged or looked at.
extension StripeSecretKey: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  /// What kind of key it is.
  public var description: String { isLive ? "a live key of Stripe's" : "a test key of Stripe's" }
  /// The same.
  public var debugDescription: String { description }
  /// Nothing within it.
  public var customMirror: Mirror { Mirror(self, children: [:]) }
}
