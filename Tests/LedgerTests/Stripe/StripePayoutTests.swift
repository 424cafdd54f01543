import FedowProtocol
import Model
import Rules
import Stripe
import TestKit
import Testing
import Transport

@testable import Ledger

/// Places paid in euros for the primary tokens that they hold.
@Suite struct StripePayoutTests {
  static func place(_ stage: StripeStage, holding amount: Int64) async throws -> Books.Place {
    let place = try #require(try await stage.store.read { try $0.places().first })
    let connect = StripeConnect(store: stage.store, client: stage.client, postings: stage.service)
    _ = try await connect.link(place: place.uuid, returnURL: "https://bar.example/")
    stage.stripe.onboard(try #require(stage.stripe.accounts.last))
    _ = try await connect.status(place: place.uuid)
    let session = try await stage.begin(amount, for: stage.people[0])
    stage.stripe.pay(session)
    for event in stage.stripe.events() { try await stage.receive(event) }
    let person = stage.people[0]
    _ = try await stage.service.submit(
      Doing { ledger in
        guard let asset = try ledger.books.federatedAsset() else { throw Refusal(.notFound) }
        try ledger.post(
          Posting(
            action: .qrCodeSale, sender: person, receiver: place.wallet, terms: asset.terms,
            amount: Amount(minorUnits: amount)))
      })
    return place
  }

  static func payouts(_ stage: StripeStage, later seconds: Int64 = 0) throws -> StripePayouts {
    let limits = HTTPLimits(connectMilliseconds: 2000, totalMilliseconds: 1500, bodyBytes: 1 << 20)
    let settings = try StripeSettings(
      key: StripeSecretKey(StripeStandIn.key), baseURL: stage.stripe.url, limits: limits)
    return StripePayouts(
      store: stage.store, client: StripeClient(settings), postings: stage.service,
      clock: { LedgerTime.now().adding(seconds: seconds) }, logger: StripeStage.logger)
  }

  @Test(
    "A place hands its primary tokens over and is paid euros on its Connect account, once whatever happens on the way",
    arguments: [StripeFault.slow(.zero)] + StripeFault.doubtful)
  func payout(fault: StripeFault) async throws {
    let stage = try await StripeStage()
    defer { stage.stripe.close() }
    try await stage.running { stage in
      let place = try await Self.place(stage, holding: 1500)
      for _ in 0..<4 { stage.stripe.fail(fault, on: "/v1/transfers") }
      let payouts = try Self.payouts(stage)
      _ = try await payouts.pay(place: place.uuid, amount: 1500)
      #expect(try await stage.balance(place.wallet) == 0)
      for _ in 0..<4 { try await payouts.resume() }
      #expect(stage.stripe.effects("POST transfers") == 1)
      #expect(stage.stripe.balance == 0)
      let standing = try await stage.store.read { try $0.primaryStanding() }
      #expect(standing == PrimaryStanding(issued: 0, paidIn: 1500, refunded: 0, paidOut: 1500))
      #expect(try await stage.store.read { try $0.reservations(open: true) } == [])
      #expect(try await stage.breaks() == [])
      #expect(await refusal { _ = try await payouts.pay(place: place.uuid, amount: 1) } == .insufficientFunds)
    }
  }

  @Test(
    "Once Stripe may have forgotten the key, a payout is looked for and not asked for again",
    arguments: [(StripeFault.cutAfter, true), (.cutBefore, false)])
  func forgotten(fault: StripeFault, isMade: Bool) async throws {
    let stage = try await StripeStage()
    defer { stage.stripe.close() }
    try await stage.running { stage in
      let place = try await Self.place(stage, holding: 1500)
      // Each is tried three times, and each time by libcurl once more.
      for _ in 0..<6 { stage.stripe.fail(fault, on: "/v1/transfers") }
      #expect(try await Self.payouts(stage).pay(place: place.uuid, amount: 1500).state == .asked)
      let effects = stage.stripe.effects("POST transfers")
      #expect(effects == (isMade ? 1 : 0))
      stage.stripe.heal()
      try await Self.payouts(stage, later: 23 * 3600).resume()
      #expect(stage.stripe.effects("POST transfers") == effects)
      #expect(try await stage.store.read { try $0.reservations(open: true) } == [])
      #expect(try await stage.balance(place.wallet) == (isMade ? 0 : 1500))
      #expect(try await stage.breaks() == [])
    }
  }

  @Test("A place that Stripe does not pay yet, or whose last payout goes on, is paid nothing")
  func notNow() async throws {
    let stage = try await StripeStage()
    defer { stage.stripe.close() }
    try await stage.running { stage in
      let place = try await Self.place(stage, holding: 1500)
      let other = try await Administration(store: stage.store).createPlace(name: "Cafe").place
      let payouts = try Self.payouts(stage)
      #expect(await refusal { _ = try await payouts.pay(place: other.uuid, amount: 1) } == .forbidden)
      for _ in 0..<6 { stage.stripe.fail(.cutBefore, on: "/v1/transfers") }
      #expect(try await payouts.pay(place: place.uuid, amount: 500).state == .asked)
      stage.stripe.heal()
      #expect(await refusal { _ = try await payouts.pay(place: place.uuid, amount: 500) } == .moneyReserved)
      #expect(stage.stripe.effects("POST transfers") == 0)
      let shown = try await Administration(store: stage.store).payoutPreview(place: "Bar du Port")
      #expect(shown.0.uuid == place.uuid && shown.1 == 1000 && shown.2?.transfersActive == true)
    }
  }

  @Test("After the clock stepped back a payout is looked for first, and asked for only when Stripe has none")
  func clockSteppedBack() async throws {
    let stage = try await StripeStage()
    defer { stage.stripe.close() }
    try await stage.running { stage in
      let place = try await Self.place(stage, holding: 1500)
      // Stripe makes it, and has forgotten the key when it is asked again.
      let begun = try await stage.service.submit(BeginPayout(place: place.uuid, amount: 1000))
      let id = try #require(try JSON.parse(begun.body)["reservation"]?.text.flatMap { EntityID($0) })
      let server = try await stage.store.read { try $0.primaryWallet() }
      let mark = StripeMark(server: server, id: id, subject: place.uuid)
      _ = await stage.client.createTransfer(
        to: try #require(stage.stripe.accounts.last), amount: 1000, group: id.text, metadata: mark.metadata(.transfer),
        key: IdempotencyKey("forgotten", id))
      try await Self.payouts(stage, later: -3600).resume()
      #expect(stage.stripe.effects("POST transfers") == 1)
      #expect(try await stage.store.read { try $0.reservation(id)?.state } == .posted)
      #expect(try await Self.payouts(stage, later: -3600).pay(place: place.uuid, amount: 500).state == .posted)
      #expect(stage.stripe.effects("POST transfers") == 2)
      #expect(try await stage.breaks() == [])
    }
  }

  @Test("A payout that cannot be taken up does not keep those behind it waiting")
  func broken() async throws {
    let stage = try await StripeStage()
    defer { stage.stripe.close() }
    try await stage.running { stage in
      let place = try await Self.place(stage, holding: 1500)
      try await stage.store.write { books in
        let asset = try #require(try books.federatedAsset())
        let writer = LedgerWriter(books: books, now: .now(), newID: { .random() })
        for detail: JSON in [[:], ["place": JSON(place.uuid.text), "account": "acct_none"]] {
          let reservation = try writer.reserve(
            ReservationOrder(
              id: .random(), wallet: place.wallet, asset: asset.uuid, amount: 100, purpose: .payout, detail: detail,
              expiresAt: nil))
          try writer.setAsked(reservation: reservation.id)
        }
      }
      try await Self.payouts(stage).resume()
      // Stripe refuses the second, whose account it does not know.
      #expect(try await stage.store.read { try $0.reservations(open: true) }.map(\.detail) == [[:]])
    }
  }

  @Test("What Stripe refuses stays with the place")
  func refused() async throws {
    let stage = try await StripeStage()
    defer { stage.stripe.close() }
    try await stage.running { stage in
      let place = try await Self.place(stage, holding: 1500)
      // A bank took the money back, so the account has none to transfer.
      stage.stripe.dispute(try #require(try await stage.store.read { try $0.stripePayments().first?.paymentIntent }))
      let ended = try await Self.payouts(stage).pay(place: place.uuid, amount: 1500)
      #expect(ended.state == .released)
      #expect(try await stage.balance(place.wallet) == 1500)
      #expect(try await stage.breaks() == [])
    }
  }
}
