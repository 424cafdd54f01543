import FedowProtocol
import Model
import Stripe
import Synchronization
import TestKit
import Testing
import Transport

/// The client before a stand-in that others made, where that has the call: payments, charges, refunds, and its signatures.
/// It has no checkout sessions, no idempotency and no dates in lists.
@Suite(
  .enabled(if: Localstripe.program != nil, "run scripts/install-localstripe"), .serialized, .timeLimit(.minutes(5)))
struct LocalstripeTests {
  private let stripe: Localstripe
  private let client: StripeClient

  init() async throws {
    stripe = try await Localstripe.start()
    client = StripeClient(try StripeSettings(key: StripeSecretKey("sk_test_12345"), baseURL: stripe.url))
  }

  private func post(_ path: String, _ fields: [(String, String)]) async throws -> JSON {
    let connection = HTTPConnection(
      label: "localstripe", limits: HTTPLimits(connectMilliseconds: 2000, totalMilliseconds: 20_000))
    let answer = try await connection.send(
      HTTPRequest(
        method: "POST", url: stripe.url + path, headers: ["Authorization: Bearer sk_test_12345"],
        body: FormBody.encode(JSONObject(fields.map { ($0.0, JSON($0.1)) }))))
    // What configures it has an empty answer.
    guard let json = try? JSON.parse(answer.body) else { return .null }
    return json
  }

  private func pay(_ cents: Int) async throws -> String {
    let card = try await post(
      "/v1/payment_methods",
      [
        ("type", "card"), ("card[number]", "4242424242424242"), ("card[exp_month]", "12"), ("card[exp_year]", "2040"),
        ("card[cvc]", "123"),
      ])
    let customer = try await post("/v1/customers", [("name", "x")])
    let method = try #require(card["id"]?.text)
    let payer = try #require(customer["id"]?.text)
    _ = try await post("/v1/payment_methods/\(method)/attach", [("customer", payer)])
    let payment = try await post(
      "/v1/payment_intents",
      [
        ("amount", "\(cents)"), ("currency", "eur"), ("customer", payer), ("payment_method", method),
        ("confirm", "true"), ("metadata[fedow_checkout]", "c 1"),
      ])
    return try #require(payment["id"]?.text)
  }

  @Test func aPaymentIsReadAndGivenBackInParts() async throws {
    let intent = try await pay(1500)
    let payment = try await client.paymentIntent(intent).value
    #expect(payment.isPaid)
    #expect(payment.amount == 1500)
    #expect(payment.metadata == ["fedow_checkout": "c 1"])
    #expect(try await client.paymentIntents().value.items.map(\.id) == [intent])
    let key = { IdempotencyKey("test", .random()) }
    let refund = try await client.createRefund(
      paymentIntent: intent, amount: 300, metadata: ["fedow_refund": "r"], key: key()
    ).value
    #expect(refund.status == .succeeded)
    #expect(refund.metadata == ["fedow_refund": "r"])
    #expect(try await client.refund(refund.id).value == refund)
    #expect(try await client.refunds(paymentIntent: intent).value.items == [refund])
    let charge = try await client.charge(try #require(payment.latestCharge)).value
    #expect(charge.amountRefunded == 300)
    #expect(charge.paymentIntent == intent)
    let ofNothing = await client.createRefund(paymentIntent: "pi_none", amount: 1, key: key())
    #expect(ofNothing.refusal?.type == "invalid_request_error")
    #expect(await client.paymentIntent("pi_none").refusal?.isMissing == true)
  }

  @Test func itsEventsAreGenuineToUs() async throws {
    let (events, arrived) = AsyncStream<HTTPMessage>.makeStream()
    let listener = try LoopbackListener()
    defer { listener.close() }
    try listener.open { connection in
      let stream = HTTPStream(connection)
      guard let message = stream.next() else { return }
      stream.write(Array("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".utf8))
      arrived.yield(message)
    }
    _ = try await post(
      "/_config/webhooks/ours", [("url", "http://127.0.0.1:\(listener.port)/"), ("secret", "whsec_ours")])
    let intent = try await pay(700)
    for await message in events {
      let event = try #require(StripeEvent(try JSON.parse(message.body)))
      try WebhookSignature.verify(
        try #require(message.header("Stripe-Signature")), body: message.body,
        secrets: [try WebhookSecret("whsec_ours")], now: event.created)
      guard event.type == "payment_intent.succeeded" else { continue }
      #expect(event.object["id"]?.text == intent)
      break
    }
  }
}
