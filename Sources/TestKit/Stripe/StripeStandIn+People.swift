import FedowProtocol
import Stripe
import Transport

/// What people do at Stripe's pages and in its dashboard, and the events that come of it.
extension StripeStandIn {
  /// An event as it goes out.
  public struct SignedEvent: Sendable, Hashable {
    /// `evt_...`.
    public let id: String
    /// `checkout.session.completed`.
    public let type: String
    /// The body's very bytes.
    public let body: [UInt8]
    /// `Stripe-Signature`.
    public let signature: String
  }

  /// Somebody pays on a page, so many cents where they choose.
  /// - Returns: the payment, `pi_...`; nil when the page cannot be paid.
  @discardableResult
  public func pay(_ session: String, amount: Int64? = nil) -> String? {
    withBooks { $0.pay(session, amount: amount, at: $1) }
  }

  /// A page ends unpaid.
  public func expire(_ session: String) {
    withBooks { books, now in
      books.change(session, [("status", "expired"), ("url", nil)])
      books.record("checkout.session.expired", session, at: now)
    }
  }

  /// Somebody gives money back by hand in the dashboard.
  /// - Returns: the refund, `re_...`; nil when there is nothing to give back.
  @discardableResult
  public func refundByHand(_ paymentIntent: String, amount: Int64) -> String? {
    let request = HTTPMessage(method: "POST", path: "/v1/refunds")
    guard
      let call = StripeCall(
        request, fields: JSONObject([("payment_intent", JSON(paymentIntent)), ("amount", JSON("\(amount)"))]))
    else { return nil }
    return withBooks { books, now in books.createRefund(call, now: now).body["id"]?.text }
  }

  /// From now on refunds stay pending until they are ended.
  public func letRefundsPend(_ pend: Bool = true) { withBooks { books, _ in books.refundsPend = pend } }

  /// A pending refund arrives, or comes back.
  public func end(refund id: String, succeeded: Bool) {
    withBooks { $0.end(refund: id, succeeded: succeeded, at: $1) }
  }

  /// Somebody transfers money to a place's account by hand in the dashboard.
  /// - Returns: the transfer, `tr_...`; nil when it cannot be made.
  @discardableResult
  public func transferByHand(to account: String, amount: Int64) -> String? {
    let request = HTTPMessage(method: "POST", path: "/v1/transfers")
    let fields = JSONObject([
      ("amount", JSON("\(amount)")), ("currency", "eur"), ("destination", JSON(account)),
    ])
    guard let call = StripeCall(request, fields: fields) else { return nil }
    return withBooks { books, now in books.createTransfer(call, now: now).body["id"]?.text }
  }

  /// The payer's bank contests a payment.
  public func dispute(_ paymentIntent: String) { withBooks { $0.dispute(paymentIntent, at: $1) } }

  /// A place told Stripe who it is, and Stripe believes it.
  public func onboard(_ account: String) { withBooks { $0.onboard(account, at: $1) } }

  /// The account's money, in cents.
  public var balance: Int64 { withBooks { books, _ in books.balance } }

  /// Sessions that it has, the oldest first: `cs_test_...`.
  public var sessions: [String] {
    withBooks { books, _ in books.all("checkout.session").compactMap { $0["id"]?.text } }
  }

  /// Accounts that it has, the oldest first: `acct_...`.
  public var accounts: [String] { withBooks { books, _ in books.all("account").compactMap { $0["id"]?.text } } }

  /// Transfers that it has, the oldest first: `tr_...`.
  public var transfers: [String] { withBooks { books, _ in books.all("transfer").compactMap { $0["id"]?.text } } }
  /// Refunds that it has, the oldest first: `re_...`.
  public var refunds: [String] { withBooks { books, _ in books.all("refund").compactMap { $0["id"]?.text } } }

  /// Something that it has, as Stripe would give it.
  public func thing(_ id: String) -> JSON? { withBooks { books, _ in books.things[id].map { .object($0) } } }

  /// Everything that happened, the oldest first, signed as of now.
  /// - Parameters:
  ///   - now: seconds since 1970; nil takes the stand-in's clock.
  ///   - secret: another one makes events that are not Stripe's.
  ///   - account: the account that it all happened in instead, `acct_...`.
  public func events(now: Int64? = nil, secret: String = secret, account: String? = nil) -> [SignedEvent] {
    let (events, time) = withBooks { books, clock in (books.all("event"), now ?? clock) }
    let secrets = (try? [WebhookSecret(secret)]) ?? []
    return events.map { event in
      var event = event
      if let account { event["account"] = JSON(account) }
      let body = JSON.object(event).compactBytes
      return SignedEvent(
        id: event["id"]?.text ?? "", type: event["type"]?.text ?? "", body: body,
        signature: WebhookSignature.sign(body: body, secrets: secrets, now: time))
    }
  }

  /// Sends an event to a server, as Stripe's webhooks do.
  /// - Returns: the status; nil without an answer.
  public func deliver(_ event: SignedEvent, to url: String) async -> Int? {
    let connection = HTTPConnection(
      label: "stripe.webhook", limits: HTTPLimits(connectMilliseconds: 2000, totalMilliseconds: 20_000))
    let request = HTTPRequest(
      method: "POST", url: url,
      headers: ["Content-Type: application/json; charset=utf-8", "Stripe-Signature: \(event.signature)"],
      body: event.body)
    return try? await connection.send(request).status
  }
}
