import FedowProtocol

/// Why Stripe did not do it, in Stripe's own words.
public struct StripeRefusal: Error, Hashable, Sendable {
  /// The status of HTTP.
  public let status: Int
  /// The kind: `card_error`, `invalid_request_error`, `idempotency_error`, `authentication_error`...
  public let type: String
  /// What programs go by, for instance `charge_already_refunded`, `resource_missing`, `balance_insufficient`.
  public let code: String?
  /// Which parameter was wrong.
  public let parameter: String?
  /// For a person who looks after the server; it holds no secret.
  public let message: String

  /// Reads the body of an error; nil when it is none of Stripe's.
  init?(status: Int, _ json: JSON) {
    guard let error = json["error"], let type = error["type"]?.text else { return nil }
    self.status = status
    self.type = type
    code = error["code"]?.text
    parameter = error["param"]?.text
    message = error["message"]?.text ?? ""
  }

  /// Whether Stripe has no such thing.
  public var isMissing: Bool { status == 404 || code == "resource_missing" }

  /// Whether the key itself is the trouble, so that no call will go through until a person has seen to it.
  public var isAboutTheKey: Bool { status == 401 || status == 403 }
}

extension StripeRefusal: CustomStringConvertible {
  /// For logs and terminals.
  public var description: String { "Stripe refused (\(code ?? type), \(status)): \(message)" }
}
