import FedowProtocol
import Model

/// The price that payers choose themselves: made once at Stripe for each terms of refills, under a key that is written down
/// before.
struct PlanPrice: LedgerCommand {
  let terms: StripeTerms
  let isLive: Bool
  /// Stripe's name for it, once it is made; nil asks for what there is.
  var made: String?

  private var text: String { "\(isLive) \(terms.minimum) \(terms.maximum) \(terms.preset) \(terms.name)" }

  /// 200 with the key, and the price once there is one.
  func perform(_ ledger: LedgerWriter) throws -> Answer {
    let known = try ledger.books.setting(.stripePrice).map { try JSON.parse($0) }
    let key = known?["terms"]?.text == text ? known?["key"]?.text : nil
    let plan: JSON = [
      "terms": JSON(text), "key": JSON(key ?? ledger.newID().text),
      "price": JSON(made ?? (key == nil ? nil : known?["price"]?.text)),
    ]
    if key == nil || made != nil { try ledger.books.set(.stripePrice, to: plan.compact) }
    return Answer(plan)
  }
}

/// Stripe does not know the price any more, as in another account: the next refill makes another.
struct ForgetPrice: LedgerCommand {
  func perform(_ ledger: LedgerWriter) throws -> Answer {
    try ledger.books.set(.stripePrice, to: "{}")
    return Answer(status: 200, nil)
  }
}
