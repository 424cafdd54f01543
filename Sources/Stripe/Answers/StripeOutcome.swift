import FedowProtocol
import Transport

/// What became of a call to Stripe. There is no fourth case: an answer that is not understood is not guessed.
public enum StripeOutcome<Value: Sendable>: Sendable {
  /// Stripe did it, or had done it under the same key.
  case done(Value)
  /// Stripe refused, and nothing happened; to ask again changes nothing.
  case refused(StripeRefusal)
  /// Nobody here knows. A write is asked for again with the same key and the same parameters; once the key is older than
  /// `IdempotencyKey.lifetime`, or Stripe keeps answering with an error of its own, it is looked for in Stripe's lists.
  case unknown(StripeDoubt)

  /// The same outcome of something else.
  public func map<Other>(_ change: (Value) -> Other) -> StripeOutcome<Other> {
    switch self {
    case .done(let value): .done(change(value))
    case .refused(let refusal): .refused(refusal)
    case .unknown(let doubt): .unknown(doubt)
    }
  }
}

extension StripeOutcome where Value: StripeObject {
  /// Reads an answer (https://docs.stripe.com/api/errors).
  ///
  /// A conflict, a key that was used for something else, a full queue and a server's own error are no refusals: what was
  /// asked may have happened or happen yet.
  /// So is an answer that does not have Stripe's shape, which a proxy on the way gave.
  init(_ response: HTTPResponse) {
    let json = try? JSON.parse(response.body)
    switch response.status {
    case 200...299:
      guard let value = json.flatMap({ Value($0) }) else {
        self = .unknown(StripeDoubt(.unreadable, "no answer of Stripe's", status: response.status))
        return
      }
      self = .done(value)
    case 409: self = .unknown(StripeDoubt(.busy, "the same call is under way", status: 409))
    case 429: self = .unknown(StripeDoubt(.tooMany, "too many calls", status: 429))
    case 400...499:
      guard let refusal = json.flatMap({ StripeRefusal(status: response.status, $0) }) else {
        self = .unknown(StripeDoubt(.unreadable, "no error of Stripe's", status: response.status))
        return
      }
      self =
        refusal.type == "idempotency_error"
        ? .unknown(StripeDoubt(.keyUsed, refusal.message, status: response.status)) : .refused(refusal)
    case 500...599:
      self = .unknown(StripeDoubt(.serverError, "Stripe's server failed", status: response.status))
    default:
      self = .unknown(StripeDoubt(.unreadable, "no answer of Stripe's", status: response.status))
    }
  }
}

extension StripeOutcome: Equatable where Value: Equatable {}
