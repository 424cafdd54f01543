import FedowProtocol
import Model
import Stripe
import Synchronization
import TestKit
import Testing

@testable import Ledger

/// Refills as ticketing servers ask for them, through everything that can go wrong at Stripe and on the way.
@Suite struct StripeRefillTests {
  private static let body: JSON = ["lespass_signed_data": "x:1:y", "start_return_url": "https://a.example/back"]

  private static func begin(
    _ stage: StripeStage, _ body: JSON = body, key: String = "k", person: Int = 0
  ) async throws -> Answer {
    let place = try await stage.store.read { try $0.existingPlace("Bar du Port").uuid }
    return try await stage.refills.begin(
      place: place, wallet: stage.people[person], body: body,
      guarded: ReplayGuard(place: place, key: key, content: body.compact))
  }

  private static func onlyCheckout(_ stage: StripeStage) async throws -> StripeCheckout {
    let open = try await stage.store.read { try $0.openStripeCheckouts() }
    #expect(open.count == 1)
    return try #require(open.first)
  }

  @Test func thePayerChoosesPaysAndIsCreditedOnTheWayBackWithoutAnyEvent() async throws {
    let stage = try await StripeStage()
    defer { stage.stripe.close() }
    try await stage.running { stage in
      let answer = try await Self.begin(stage)
      #expect(answer.status == 202)
      let checkout = try await Self.onlyCheckout(stage)
      #expect(checkout.returnURL == "https://a.example/back/\(checkout.id)")
      let session = try #require(checkout.session)
      #expect(answer.body == JSON(try #require(stage.stripe.thing(session)?["url"]?.text)).compact)
      let early = await #expect(throws: Rejection.self) {
        _ = try await stage.refills.end(checkout.id.text, wallet: stage.people[0])
      }
      #expect(early?.answer.status == 402)
      stage.stripe.pay(session, amount: 4242)
      await #expect(throws: Rejection.noSuch("CheckoutStripe")) {
        _ = try await stage.refills.end(checkout.id.text, wallet: stage.people[1])
      }
      for _ in 0..<2 {
        #expect(try await stage.refills.end(checkout.id.text, wallet: stage.people[0]).status == 200)
        #expect(try await stage.balance(stage.people[0]) == 4242)
      }
      for event in stage.stripe.events() { _ = try await stage.receive(event) }
      #expect(try await stage.balance(stage.people[0]) == 4242)
      #expect(try await stage.breaks() == [])
    }
  }

  @Test(arguments: StripeFault.doubtful.filter { $0 != .silentAfter && $0 != .errorAfter })
  func oneRequestMakesOnePageThroughEveryDoubt(_ fault: StripeFault) async throws {
    let stage = try await StripeStage()
    defer { stage.stripe.close() }
    try await stage.running { stage in
      for _ in 0..<4 { stage.stripe.fail(fault, on: "/v1/checkout") }
      // Three times it is asked for while the person waits; then they are told to try again, and do, with the same request.
      let refusal = await #expect(throws: Refusal.self) { _ = try await Self.begin(stage) }
      #expect(refusal?.code == .stripeUnavailable)
      let (again, repeated) = (try await Self.begin(stage), try await Self.begin(stage))
      #expect(again.status == 202)
      #expect(repeated == again)
      #expect(stage.stripe.effects("POST checkout") == 1)
      #expect(stage.stripe.effects("POST prices") == 1)
    }
  }

  @Test(
    arguments: [
      ["start_return_url": "http://a.example"], ["start_return_url": "https://a@b.example"], ["start_return_url": 5],
      ["start_return_url": "javascript:alert(1)"], [:], ["start_return_url": "https://a.example", "amount": 99],
      ["start_return_url": "https://a.example", "amount": 50_001],
      ["start_return_url": "https://a.example", "amount": "x"],
    ] as [JSON])
  func aRequestThatIsWrongAsksStripeNothing(_ body: JSON) async throws {
    let stage = try await StripeStage()
    defer { stage.stripe.close() }
    try await stage.running { stage in
      let rejection = await #expect(throws: Rejection.self) { _ = try await Self.begin(stage, body) }
      #expect(rejection?.answer.status == 400)
      #expect(stage.stripe.calls.isEmpty)
      let open = try await stage.store.read { try $0.openStripeCheckouts() }
      #expect(open.isEmpty)
    }
  }

  @Test func whatTheLedgerMissedIsFoundAndCreditedOnceHoweverOftenItLooks() async throws {
    let stage = try await StripeStage()
    defer { stage.stripe.close() }
    try await stage.running { stage in
      let intent = try #require(stage.stripe.pay(try await stage.begin(1500, for: stage.people[0])))
      let other = try #require(stage.stripe.pay(try await stage.begin(500, for: stage.people[1])))
      let reconciliation = StripeReconciliation(store: stage.store, client: stage.client, postings: stage.service)
      let since = LedgerTime.now().adding(seconds: -3600)
      let first = try await reconciliation.run(since: since)
      #expect(Set(first.credited.map(\.object)) == [intent, other])
      #expect(!first.needsPerson)
      let second = try await reconciliation.run(since: since)
      #expect(second.credited.isEmpty)
      #expect(second.payments == 2)
      let refund = try #require(stage.stripe.refundByHand(intent, amount: 400))
      let third = try await reconciliation.run(since: since)
      #expect(third.findings.map(\.object) == [refund])
      #expect(third.needsPerson)
      _ = try await Administration(store: stage.store).settle(stripeFinding: refund, note: "told the member")
      #expect(try await !reconciliation.run(since: since).needsPerson)
      #expect(try await stage.balance(stage.people[0]) == 1500)
      #expect(try await stage.breaks() == [])
    }
  }

  @Test("Pages whose end nobody told are looked at: what was paid is credited, what ended is over, what is open stays")
  func pages() async throws {
    let stage = try await StripeStage(people: 4)
    defer { stage.stripe.close() }
    try await stage.running { stage in
      stage.stripe.pay(try await stage.begin(1500, for: stage.people[0]))
      stage.stripe.expire(try await stage.begin(700, for: stage.people[1]))
      let open = try await stage.begin(800, for: stage.people[2])
      let person = stage.people[3]
      try await stage.store.write { books in
        try books.insert(
          StripeCheckout(
            id: .random(), wallet: person, place: nil, amount: 900, returnURL: "https://a.example", signedData: nil,
            session: nil, url: nil, state: .created, createdAt: .now()))
      }
      let look = { (seconds: Int64) in
        let clock = { @Sendable in LedgerTime.now().adding(seconds: seconds) }
        // Nothing is as new as what is listed: only the pages themselves tell.
        return try await StripeReconciliation(
          store: stage.store, client: stage.client, postings: stage.service, clock: clock
        ).run(since: clock().adding(seconds: 60))
      }
      #expect(try await look(0).expired == 0)
      let report = try await look(61)
      #expect(report.credited.map(\.amount) == [1500])
      #expect(report.expired == 1)
      #expect(try await look(25 * 3600).expired == 1)
      let left = try await stage.store.read { try $0.openStripeCheckouts() }
      #expect(left.map(\.session) == [open])
      #expect(try await stage.balance(stage.people[0]) == 1500)
      #expect(try await stage.breaks() == [])
    }
  }

  @Test("More payments than Stripe lists at once are all compared")
  func manyPayments() async throws {
    let stage = try await StripeStage()
    defer { stage.stripe.close() }
    try await stage.running { stage in
      for _ in 0..<101 { stage.stripe.pay(try await stage.begin(100, for: stage.people[0])) }
      let report = try await StripeReconciliation(store: stage.store, client: stage.client, postings: stage.service)
        .run(since: LedgerTime.now().adding(seconds: -3600))
      #expect(report.credited.count == 101)
      #expect(try await stage.balance(stage.people[0]) == 10_100)
    }
  }

  @Test("The same request a day later opens no page; a price that Stripe forgot is made anew for the next one")
  func over() async throws {
    let stage = try await StripeStage()
    defer { stage.stripe.close() }
    try await stage.running { stage in
      for _ in 0..<6 { stage.stripe.fail(.cutBefore, on: "/v1/checkout") }
      #expect(await refusal { _ = try await Self.begin(stage) } == .stripeUnavailable)
      stage.stripe.heal()
      let place = try await stage.store.read { try $0.existingPlace("Bar du Port").uuid }
      let later = StripeRefills(
        store: stage.store, postings: stage.service, client: stage.client,
        clock: { LedgerTime.now().adding(seconds: 25 * 3600) }, logger: StripeStage.logger)
      let late = await refusal {
        _ = try await later.begin(
          place: place, wallet: stage.people[0], body: Self.body,
          guarded: ReplayGuard(place: place, key: "k", content: Self.body.compact))
      }
      #expect(late == .tooLate)
      #expect(stage.stripe.effects("POST checkout") == 0)
      _ = try await stage.service.submit(PlanPrice(terms: StripeTerms(), isLive: false, made: "price_gone"))
      #expect(await refusal { _ = try await Self.begin(stage, key: "l") } == .stripeUnavailable)
      #expect(try await Self.begin(stage, key: "m").status == 202)
    }
  }

  @Test func aPaymentThatStripeDoesNotKnowNeedsAPerson() async throws {
    let stage = try await StripeStage()
    let empty = try StripeStandIn()
    defer {
      stage.stripe.close()
      empty.close()
    }
    try await stage.running { stage in
      let intent = try #require(stage.stripe.pay(try await stage.begin(1500, for: stage.people[0])))
      for event in stage.stripe.events() { _ = try await stage.receive(event) }
      let client = StripeClient(try StripeSettings(key: StripeSecretKey(StripeStandIn.key), baseURL: empty.url))
      let report = try await StripeReconciliation(store: stage.store, client: client, postings: stage.service)
        .run(since: LedgerTime.now().adding(seconds: -3600))
      #expect(report.unknownAtStripe.map(\.object) == [intent])
      #expect(report.needsPerson)
    }
  }

  @Test func aPlaceIsTakenInOnceThroughDoubts() async throws {
    let stage = try await StripeStage()
    defer { stage.stripe.close() }
    try await stage.running { stage in
      let place = try await stage.store.read { try $0.existingPlace("Bar du Port").uuid }
      // Each look at the clock is a second later than the one before.
      let start = LedgerTime.now()
      let looks = Mutex<Int64>(0)
      let connect = StripeConnect(
        store: stage.store, client: stage.client, postings: stage.service,
        clock: {
          start.adding(
            seconds: looks.withLock { looks in
              looks += 1
              return looks
            })
        })
      stage.stripe.fail(.cutAfter, on: "/v1/accounts")
      // libcurl may send again by itself over a kept connection, with the same key.
      _ = try? await connect.link(place: place, returnURL: "https://a.example/")
      let (account, link) = try await connect.link(place: place, returnURL: "https://a.example/")
      #expect(stage.stripe.effects("POST accounts") == 1)
      #expect(account.state == "onboarding")
      #expect(link.url.contains(try #require(account.account)))
      stage.stripe.onboard(try #require(account.account))
      #expect(try await connect.status(place: place).state == "active")
    }
  }

  @Test("A place is taken in of a country and with an address to return to, and is known only then")
  func notTakenIn() async throws {
    let stage = try await StripeStage()
    defer { stage.stripe.close() }
    try await stage.running { stage in
      let place = try await stage.store.read { try $0.existingPlace("Bar du Port").uuid }
      let connect = StripeConnect(store: stage.store, client: stage.client, postings: stage.service)
      for (country, url) in [("fr", "https://a.example/"), ("FRA", "https://a.example/"), ("FR", "http://a.example/")] {
        #expect(
          await refusal { _ = try await connect.link(place: place, country: country, returnURL: url) }
            == .requestMalformed)
      }
      #expect(await refusal { _ = try await connect.status(place: place) } == .notFound)
      #expect(stage.stripe.calls.isEmpty)
    }
  }
}
