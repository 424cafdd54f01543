import FedowProtocol
import Model
import Stripe
import TestKit
import Testing

@testable import Ledger

/// Events of Stripe's, each with its effect once.
@Suite struct StripeEventsTests {
  @Test func aPaymentIsCreditedInOnePostingThatNamesItsCheckout() async throws {
    let stage = try await StripeStage()
    defer { stage.stripe.close() }
    try await stage.running { stage in
      let session = try await stage.begin(1500, for: stage.people[0])
      let intent = try #require(stage.stripe.pay(session))
      let events = stage.stripe.events()
      let completed = try #require(events.first { $0.type == "checkout.session.completed" })
      #expect(try await stage.receive(completed) == 200)
      #expect(try await stage.receive(completed) == 208)
      let confirmed = try #require(events.first { $0.type == "payment_intent.succeeded" })
      #expect(try await stage.receive(confirmed) == 208)
      let other = try #require(events.first { $0.type == "charge.succeeded" })
      #expect(try await stage.receive(other) == 204)
      #expect(try await stage.balance(stage.people[0]) == 1500)
      let (payment, creation, refill) = try await stage.store.read { books in
        let payment = try #require(try books.stripePayment(intent))
        return (payment, try books.transaction(payment.creation), try books.transaction(payment.transaction))
      }
      #expect(payment.session == session)
      #expect(creation?.entry.action == .creation)
      #expect(refill?.entry.action == .refill)
      #expect(creation?.entry.checkoutStripe == payment.checkout)
      #expect(refill?.entry.checkoutStripe == payment.checkout)
      #expect(refill?.entry.previousID == creation?.entry.id)
      #expect(try await stage.breaks() == [])
    }
  }

  @Test func whatIsNotSignedByStripeNowIsRefusedAndLeavesNothing() async throws {
    let stage = try await StripeStage()
    defer { stage.stripe.close() }
    try await stage.running { stage in
      let session = try await stage.begin(1500, for: stage.people[0])
      stage.stripe.pay(session)
      let genuine = try #require(stage.stripe.events().last)
      let stale = try #require(stage.stripe.events(now: LedgerTime.now().microseconds / 1_000_000 - 301).last)
      let forged = try #require(stage.stripe.events(secret: "whsec_wrong").last)
      #expect(try await stage.receive(stale) == 403)
      #expect(try await stage.receive(forged) == 403)
      await #expect(throws: Rejection.notAuthenticated) {
        _ = try await stage.inbox.receive(signature: nil, body: genuine.body)
      }
      await #expect(throws: Rejection.notAuthenticated) {
        _ = try await stage.inbox.receive(signature: genuine.signature, body: genuine.body + [0x20])
      }
      #expect(try await stage.books().payments.isEmpty)
      #expect(try await stage.store.read { try $0.stripeEvent(genuine.id) == nil })
    }
  }

  @Test func whatIsSignedAndNoEventIsTheSendersFault() async throws {
    let stage = try await StripeStage()
    defer { stage.stripe.close() }
    let secrets = [try WebhookSecret(StripeStandIn.secret)]
    for body in ["", "{}", "[]", "{\"object\":\"event\"}", "\u{0}"] {
      let bytes = Array(body.utf8)
      let header = WebhookSignature.sign(
        body: bytes, secrets: secrets, now: LedgerTime.now().microseconds / 1_000_000)
      let rejection = await #expect(throws: Rejection.self) {
        _ = try await stage.inbox.receive(signature: header, body: bytes)
      }
      #expect(rejection?.answer.status == 400)
    }
  }

  @Test func anothersPaymentInTheSameAccountIsNoneOfOurs() async throws {
    let stage = try await StripeStage()
    let other = try await StripeStage()
    defer {
      stage.stripe.close()
      other.stripe.close()
    }
    try await stage.running { stage in
      let session = try await other.begin(1500, for: other.people[0])
      other.stripe.pay(session)
      for event in other.stripe.events() where event.type != "charge.succeeded" {
        #expect(try await stage.receive(event) == 203)
      }
      #expect(try await stage.books().payments.isEmpty)
    }
  }

  @Test("What happened in a place's own account is none of ours, though it bears our mark; only the account itself is")
  func anothersAccount() async throws {
    let stage = try await StripeStage()
    defer { stage.stripe.close() }
    let server = try await stage.store.read { try $0.primaryWallet() }
    let place = try #require(try await stage.store.read { try $0.places().first?.uuid })
    let mark = StripeMark(server: server, id: .random(), subject: place).metadata(.account)
    try await stage.running { stage in
      _ = try await stage.service.submit(PlanAccount(place: place, kind: .express, country: "FR"))
      _ = await stage.client.createAccount(
        .express, country: "FR", metadata: mark, key: IdempotencyKey("account", .random()))
      let account = try #require(stage.stripe.accounts.first)
      let paid = try #require(stage.stripe.pay(try await stage.begin(1500, for: stage.people[0])))
      stage.stripe.refundByHand(paid, amount: 400)
      stage.stripe.dispute(paid)
      stage.stripe.expire(try await stage.begin(900, for: stage.people[0]))
      stage.stripe.onboard(account)
      let open = try await stage.store.read { try $0.openStripeCheckouts().map(\.id) }
      for event in stage.stripe.events(account: "acct_x") {
        let isRead = !["charge.succeeded", "charge.refunded"].contains(event.type)
        #expect(try await stage.receive(event) == (isRead ? 203 : 204), "\(event.type)")
      }
      #expect(try await stage.balance(stage.people[0]) == 0)
      #expect(try await stage.store.read { try $0.stripeFindings(open: false) } == [])
      #expect(try await stage.store.read { try $0.openStripeCheckouts().map(\.id) } == open)
      #expect(try await stage.store.read { try $0.stripeAccount(of: place)?.account } == nil)
      let told = try #require(stage.stripe.events().last)
      #expect(try await stage.receive(told) == 200)
      #expect(try await stage.store.read { try $0.stripeAccount(of: place)?.transfersActive } == true)
    }
  }

  @Test func aPaymentIsCreditedAfterABackupForgotItsCheckout() async throws {
    let stage = try await StripeStage()
    defer { stage.stripe.close() }
    let restored = try await stage.copy()
    try await restored.running { restored in
      stage.stripe.pay(try await stage.begin(700, for: stage.people[1]))
      for event in stage.stripe.events() { _ = try await restored.receive(event) }
      #expect(try await restored.balance(stage.people[1]) == 700)
      #expect(try await restored.breaks() == [])
    }
  }

  @Test func aPaymentForNobodyHereIsShownAndNotCredited() async throws {
    let stage = try await StripeStage()
    defer { stage.stripe.close() }
    let server = try await stage.store.read { try $0.primaryWallet() }
    let mark = StripeMark(server: server, id: .random(), subject: .random())
    let made = await stage.client.createCheckout(
      StripeClient.Checkout(
        price: .fixed(cents: 900, name: "x"), successURL: "https://a.example", cancelURL: "https://a.example",
        clientReference: "x", metadata: mark.metadata(.checkout)), key: IdempotencyKey("x", mark.id))
    guard case .done(let session) = made else { throw Refusal(.ledgerBroken) }
    let intent = try #require(stage.stripe.pay(session.id))
    try await stage.running { stage in
      for event in stage.stripe.events() { _ = try await stage.receive(event) }
      let findings = try await stage.store.read { try $0.stripeFindings(open: true) }
      #expect(findings.map(\.object) == [intent])
      #expect(findings.map(\.amount) == [900])
      #expect(try await stage.breaks() == [])
    }
  }

  @Test("A payment that is told of with another amount or another wallet is shown to a person and credits nothing more")
  func contradictions() async throws {
    let stage = try await StripeStage()
    defer { stage.stripe.close() }
    try await stage.running { stage in
      _ = try await stage.begin(1500, for: stage.people[0])
      let checkout = try #require(try await stage.store.read { try $0.openStripeCheckouts().first })
      let server = try await stage.store.read { try $0.primaryWallet() }
      let credit = { (payment: String, wallet: EntityID, amount: Int64) in
        let mark = StripeMark(server: server, id: checkout.id, subject: wallet).metadata(.checkout)
        let intent = PaymentIntent([
          "object": "payment_intent", "id": JSON(payment), "status": "succeeded", "amount": JSON(amount),
          "amount_received": JSON(amount), "currency": "eur", "created": 1,
          "metadata": .object(JSONObject(mark.map { ($0.key, JSON($0.value)) })),
        ])
        let paid = try #require(intent.flatMap { StripePaid($0, server: server) })
        return try await stage.service.submit(CreditPayment(paid: paid)).status
      }
      #expect(try await credit("pi_2", stage.people[1], 1500) >= 300)
      #expect(try await credit("pi_1", stage.people[0], 1500) == 201)
      #expect(try await credit("pi_1", stage.people[0], 1400) >= 300)
      let findings = try await stage.store.read { try $0.stripeFindings(open: true) }
      #expect(Set(findings.map { "\($0.object) \($0.amount)" }) == ["pi_1 1400", "pi_2 1500"])
      #expect(try await stage.balance(stage.people[0]) == 1500)
      #expect(try await stage.balance(stage.people[1]) == 0)
      #expect(try await stage.breaks() == [])
    }
  }

  @Test func moneyThatWentBackByHandShowsUntilItFailsOrAPersonSawToIt() async throws {
    let stage = try await StripeStage()
    defer { stage.stripe.close() }
    try await stage.running { stage in
      let intent = try #require(stage.stripe.pay(try await stage.begin(1500, for: stage.people[0])))
      stage.stripe.letRefundsPend()
      let refund = try #require(stage.stripe.refundByHand(intent, amount: 400))
      for event in stage.stripe.events() { _ = try await stage.receive(event) }
      #expect(try await stage.store.read { try $0.stripeRefundedElsewhere() } == 400)
      #expect(try await stage.store.read { try $0.stripeFindings(open: true).map(\.object) } == [refund])
      stage.stripe.end(refund: refund, succeeded: false)
      for event in stage.stripe.events() { _ = try await stage.receive(event) }
      #expect(try await stage.store.read { try $0.stripeRefundedElsewhere() } == 0)
      #expect(try await stage.store.read { try $0.stripeFindings(open: true) } == [])
    }
  }

  @Test func whatIsStoredOfAnEventSaysNothingOfACard() async throws {
    let event = StripeEvent([
      "id": "evt_1", "object": "event", "type": "payment_intent.succeeded", "created": 1, "livemode": false,
      "data": [
        "object": [
          "id": "pi_1", "object": "payment_intent", "amount": 1, "receipt_email": "secret@a.example",
          "latest_charge": ["id": "ch_1", "payment_method_details": ["card": ["last4": "4242-secret"]]],
          "payment_method": "pm_secret", "metadata": ["fedow_server": "s", "other": "secret"],
        ]
      ],
    ])
    let stored = try #require(event).reduced.compact
    #expect(!stored.contains("secret"))
    #expect(stored.contains("ch_1"))
    #expect(stored.contains("fedow_server"))
  }

  @Test(
    "The audit finds a payment that is not credited as it was made",
    arguments: [
      ("UPDATE stripe_payments SET amount = 1400", "it is 1400, its blocks moved 1500 and 1500"),
      ("UPDATE stripe_payments SET creation = checkout", "are missing or name no checkout"),
      (
        "UPDATE stripe_payments SET creation = transaction_uuid, transaction_uuid = creation",
        "not credited by a creation and the refill that follows it"
      ),
      ("UPDATE stripe_payments SET checkout = creation", "name another checkout"),
      ("UPDATE stripe_payments SET wallet = creation", "its refill went to wallet"),
      ("DELETE FROM stripe_payments", "no payment of Stripe's stands behind it"),
    ])
  func tamperedPayment(change: String, reason: String) async throws {
    let stage = try await StripeStage()
    defer { stage.stripe.close() }
    try await stage.running { stage in
      stage.stripe.pay(try await stage.begin(1500, for: stage.people[0]))
      for event in stage.stripe.events() { _ = try await stage.receive(event) }
    }
    #expect(try await stage.breaks() == [])
    try await AuthorityStand.tamper(
      stage.store, "DROP TRIGGER stripe_payments_are_final; DROP TRIGGER stripe_payments_stay; \(change)")
    let breaks = try await stage.breaks()
    #expect(breaks.contains { $0.reason.contains(reason) }, "\(breaks)")
  }

  @Test(
    "What an event tells of a place's account in the second in which Stripe was asked counts, an older one does not")
  func accountWithinASecond() async throws {
    let stage = try await StripeStage()
    defer { stage.stripe.close() }
    try await stage.running { stage in
      let place = try #require(try await stage.store.read { try $0.places().first?.uuid })
      _ = try await stage.service.submit(PlanAccount(place: place, kind: .express, country: "FR"))
      let account = { (state: String) -> ConnectAccount in
        try #require(
          ConnectAccount(["object": "account", "id": "acct_1", "capabilities": ["transfers": JSON(state)]]))
      }
      let told = { (state: String, second: Int64, event: String) in
        let account = try account(state)
        _ = try await stage.service.submit(
          Doing { _ = try $0.books.update(account, toldAt: second, by: event, at: $0.now) })
      }
      let ask = { (state: String, second: Int64) in
        _ = try await stage.service.submit(
          NoteAccount(account: try account(state), place: place, toldAt: second))
      }
      let isActive = { try await stage.store.read { try $0.stripeAccount(of: place)?.transfersActive } }
      try await ask("inactive", 100)
      try await told("active", 99, "evt_9")
      #expect(try await isActive() == false)
      try await told("active", 100, "evt_1")
      #expect(try await isActive() == true)
      try await ask("inactive", 100)
      #expect(try await isActive() == false)
      try await told("active", 101, "evt_0")
      #expect(try await isActive() == true)
    }
  }
}
