import FedowProtocol
import Model
import Stripe

/// A payment as Stripe tells of it, in an event or when asked: a page that was paid, or the payment behind it.
struct StripePaid: Hashable, Sendable {
  let mark: StripeMark
  let paymentIntent: String
  let session: String?
  let amount: Int64
  let currency: String
  /// Seconds since 1970.
  let at: Int64

  /// The payment of a page that was paid and is this server's; nil otherwise.
  init?(_ session: CheckoutSession, server: EntityID, at: Int64? = nil) {
    guard session.payment == .paid, let mark = StripeMark(session.metadata, .checkout, server: server),
      let paymentIntent = session.paymentIntent, let amount = session.amountTotal, let currency = session.currency
    else { return nil }
    self.mark = mark
    self.paymentIntent = paymentIntent
    self.session = session.id
    self.amount = amount
    self.currency = currency
    self.at = at ?? session.created
  }

  /// A payment that came and is this server's; nil otherwise.
  init?(_ intent: PaymentIntent, server: EntityID, at: Int64? = nil) {
    guard intent.isPaid, let mark = StripeMark(intent.metadata, .checkout, server: server) else { return nil }
    self.mark = mark
    paymentIntent = intent.id
    session = nil
    amount = intent.amountReceived
    currency = intent.currency
    self.at = at ?? intent.created
  }
}
