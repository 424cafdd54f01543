import FedowProtocol
import Model
import Stripe
import TestKit
import Testing
import Transport

/// The calls, over real HTTP, before the stand-in.
@Suite struct StripeClientTests {
  let stripe: StripeStandIn
  let client: StripeClient

  init() throws {
    stripe = try StripeStandIn()
    client = try Self.client(of: stripe)
  }

  static func client(of stripe: StripeStandIn, milliseconds: Int = 5000) throws -> StripeClient {
    StripeClient(
      try StripeSettings(
        key: StripeSecretKey(StripeStandIn.key), baseURL: stripe.url,
        limits: HTTPLimits(connectMilliseconds: 2000, totalMilliseconds: milliseconds)))
  }

  static func checkout(cents: Int64 = 1000, reference: String = "ref & co=é") -> StripeClient.Checkout {
    StripeClient.Checkout(
      price: .fixed(cents: cents, name: "Refill"), successURL: "https://a.example/ok?x=1",
      cancelURL: "https://a.example/no",
      clientReference: reference, metadata: ["checkout": "c-1", "note": "a=b&c"], email: "a@b.example")
  }

  static func key() -> IdempotencyKey { IdempotencyKey("test", .random()) }

  @Test func aPageIsMadePaidAndGivenBack() async throws {
    defer { stripe.close() }
    let made = try await client.createCheckout(Self.checkout(), key: Self.key()).value
    #expect(made.status == .open)
    #expect(made.payment == .unpaid)
    #expect(made.url?.hasSuffix(made.id) == true)
    #expect(made.metadata == ["checkout": "c-1", "note": "a=b&c"])
    #expect(made.clientReference == "ref & co=é")
    let intent = try #require(stripe.pay(made.id))
    let paid = try await client.checkout(made.id).value
    #expect(paid.payment == .paid)
    #expect(paid.paymentIntent == intent)
    #expect(paid.amountTotal == 1000)
    let payment = try await client.paymentIntent(intent).value
    #expect(payment.isPaid)
    #expect(payment.amountReceived == 1000)
    #expect(payment.metadata["checkout"] == "c-1")
    let refund = try await client.createRefund(
      paymentIntent: intent, amount: 300, metadata: ["refund": "r-1"], key: Self.key()
    ).value
    #expect(refund.status == .succeeded)
    #expect(try await client.refund(refund.id).value == refund)
    #expect(try await client.refunds(paymentIntent: intent).value.items == [refund])
    let charge = try await client.charge(try #require(payment.latestCharge)).value
    #expect(charge.amountRefunded == 300)
    let types = try await client.events().value.items.map(\.type)
    #expect(types.contains("checkout.session.completed"))
    #expect(types.contains("charge.refunded"))
  }

  @Test func thePayerChoosesWhereThePriceLetsThem() async throws {
    defer { stripe.close() }
    let price = try await client.createChosenPrice(
      name: "Refill", minimum: 100, maximum: 50_000, preset: 2000, key: Self.key()
    ).value
    let made = try await client.createCheckout(
      StripeClient.Checkout(
        price: .known(price.id), successURL: "https://a.example", cancelURL: "https://a.example", clientReference: "r",
        metadata: [:]), key: Self.key()
    ).value
    stripe.pay(made.id, amount: 4242)
    #expect(try await client.checkout(made.id).value.amountTotal == 4242)
  }

  @Test func aPlaceIsTakenInAndPaid() async throws {
    defer { stripe.close() }
    let account = try await client.createAccount(.express, country: "FR", metadata: ["place": "p"], key: Self.key())
      .value
    #expect(!account.transfersActive)
    #expect(!account.currentlyDue.isEmpty)
    let link = try await client.createOnboardingLink(
      account: account.id, refreshURL: "https://a.example/r", returnURL: "https://a.example/b", key: Self.key()
    ).value
    #expect(link.url.contains(account.id))
    let session = try await client.createCheckout(Self.checkout(cents: 5000), key: Self.key()).value
    stripe.pay(session.id)
    let early = await client.createTransfer(to: account.id, amount: 100, group: "g", key: Self.key())
    #expect(early.refusal?.code == "insufficient_capabilities_for_transfer")
    stripe.onboard(account.id)
    #expect(try await client.account(account.id).value.transfersActive)
    let transfer = try await client.createTransfer(to: account.id, amount: 2000, group: "g", key: Self.key()).value
    #expect(try await client.transfer(transfer.id).value == transfer)
    #expect(try await client.transfers(group: "g").value.items == [transfer])
    let tooMuch = await client.createTransfer(to: account.id, amount: 3001, group: "g", key: Self.key())
    #expect(tooMuch.refusal?.code == "balance_insufficient")
  }

  @Test func aListIsReadPageByPage() async throws {
    defer { stripe.close() }
    var made: [String] = []
    for _ in 0..<5 { made.append(try await client.createCheckout(Self.checkout(), key: Self.key()).value.id) }
    let first = try await client.checkouts(limit: 3).value
    #expect(first.items.map(\.id) == Array(made.reversed().prefix(3)))
    #expect(first.hasMore)
    let second = try await client.checkouts(after: first.items.last?.id, limit: 3).value
    #expect(second.items.map(\.id) == Array(made.reversed().suffix(2)))
    #expect(!second.hasMore)
  }

  @Test func refusalsCarryStripesCode() async throws {
    defer { stripe.close() }
    let missing = await client.paymentIntent("pi_../../accounts")
    #expect(missing.refusal?.isMissing == true)
    let session = try await client.createCheckout(Self.checkout(), key: Self.key()).value
    let intent = try #require(stripe.pay(session.id))
    _ = await client.createRefund(paymentIntent: intent, amount: 1000, key: Self.key())
    let again = await client.createRefund(paymentIntent: intent, amount: 1000, key: Self.key())
    #expect(again.refusal?.code == "charge_already_refunded")
    let small = await client.createCheckout(Self.checkout(cents: 1), key: Self.key())
    #expect(small.refusal?.code == "amount_too_small")
  }

  @Test func oneKeyDoesItOnceAndWithOneContentOnly() async throws {
    defer { stripe.close() }
    let key = Self.key()
    let first = try await client.createCheckout(Self.checkout(), key: key).value
    #expect(try await client.createCheckout(Self.checkout(), key: key).value == first)
    #expect(stripe.effects("POST checkout") == 1)
    let other = await client.createCheckout(Self.checkout(cents: 999), key: key)
    #expect(other.doubt?.reason == .keyUsed)
    #expect(other.doubt?.mayHaveActed == true)
    #expect(stripe.effects("POST checkout") == 1)
  }

  @Test(arguments: StripeFault.doubtful) func aDoubtIsNoRefusalAndTheSameKeyEndsIt(_ fault: StripeFault) async throws {
    defer { stripe.close() }
    let hasty = try Self.client(of: stripe, milliseconds: 300)
    let key = Self.key()
    stripe.fail(fault)
    let doubt = try #require(await hasty.createCheckout(Self.checkout(), key: key).doubt)
    #expect(doubt.mayHaveActed || !fault.happens)
    let again = await client.createCheckout(Self.checkout(), key: key)
    // What Stripe itself failed at stays a failure under this key, though it happened: the list tells.
    if fault == .errorAfter {
      #expect(again.doubt?.reason == .serverError)
      #expect(try await client.checkouts().value.items.count == 1)
    } else {
      #expect(try again.value.status == .open)
    }
    #expect(stripe.effects("POST checkout") == 1)
  }

  @Test func nobodyThereIsKnownNotToHaveActed() async throws {
    defer { stripe.close() }
    try stripe.reachable(false)
    let doubt = try #require(await client.createCheckout(Self.checkout(), key: Self.key()).doubt)
    #expect(doubt.reason == .notSent)
    #expect(!doubt.mayHaveActed)
  }

  @Test func aSlowAnswerIsWaitedFor() async throws {
    defer { stripe.close() }
    stripe.fail(.slow(.milliseconds(50)))
    #expect(try await client.createCheckout(Self.checkout(), key: Self.key()).value.status == .open)
  }
}

extension StripeOutcome {
  /// What was done.
  /// - Throws: the refusal or the doubt.
  var value: Value {
    get throws {
      switch self {
      case .done(let value): return value
      case .refused(let refusal): throw refusal
      case .unknown(let doubt): throw doubt
      }
    }
  }

  var refusal: StripeRefusal? { if case .refused(let refusal) = self { refusal } else { nil } }
  var doubt: StripeDoubt? { if case .unknown(let doubt) = self { doubt } else { nil } }
}
