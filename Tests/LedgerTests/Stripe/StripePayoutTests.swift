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

  static func payouts(_ stage: StripeStage) throws -> StripePayouts {
    let limits = HTTPLimits(connectMilliseconds: 2000, totalMilliseconds: 1500, bodyBytes: 1 << 20)
    let settings = try StripeSettings(
      key: StripeSecretKey(StripeStandIn.key), baseURL: stage.stripe.url, limits: limits)
    return StripePayouts(
      store: stage.store, client: StripeClient(settings), postings: stage.service, logger: StripeStage.logger)
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
