import FedowProtocol
import Model
import Rules
import Stripe
import TestKit
import Testing
import Transport

@testable import Ledger

/// `POST /wallet/global_asset_bank_stripe_deposit/`: Stripe paid a place's Connect account, and the place's federated money
/// goes to the primary wallet.
@Suite struct StripeDepositTests {
  private static func event(_ stage: StripeStage, _ transfer: String) throws -> JSON {
    let event = stage.stripe.events().first { event in
      guard let json = try? JSON.parse(event.body) else { return false }
      return json["type"]?.text == "transfer.created" && json["data"]?["object"]?["id"]?.text == transfer
    }
    return ["payload": try JSON.parse(try #require(event).body)]
  }

  private static func code(_ work: () async throws -> Answer) async throws -> String {
    do { return "\(try await work().status)" } catch let refusal as Refusal {
      return refusal.code.rawValue
    } catch let rejection as Rejection {
      return "\(rejection.answer.status)"
    }
  }

  private static func standing(_ stage: StripeStage) async throws -> PrimaryStanding {
    try await stage.store.read { try $0.primaryStanding() }
  }

  @Test("A place's federated money is deposited to the primary wallet for what Stripe transferred, once: 201, then 208")
  func deposit() async throws {
    let stage = try await StripeStage()
    defer { stage.stripe.close() }
    try await stage.running { stage in
      let place = try await StripePayoutTests.place(stage, holding: 1500)
      let payouts = try StripePayoutTests.payouts(stage)
      let account = try #require(stage.stripe.accounts.last)
      let transfer = try #require(stage.stripe.transferByHand(to: account, amount: 600))
      let body = try Self.event(stage, transfer)
      let answer = try await payouts.deposit(place: place.uuid, body: body)
      let (json, primary) = (try JSON.parse(answer.body), try await stage.store.read { try $0.primaryWallet() })
      #expect(answer.status == 201)
      #expect(json["action"]?.text == "BNK")
      #expect(json["amount"]?.int64 == 600)
      #expect(json["sender"]?.text == place.wallet.text)
      #expect(json["receiver"]?.text == primary.text)
      #expect(json["verify_hash"]?.bool == true)
      async let once = Self.code { try await payouts.deposit(place: place.uuid, body: body) }
      async let twice = Self.code { try await payouts.deposit(place: place.uuid, body: body) }
      #expect(try await [once, twice] == ["208", "208"])
      #expect(try await stage.balance(place.wallet) == 900)
      #expect(try await stage.balance(primary) == 0)
      #expect(
        try await Self.standing(stage) == PrimaryStanding(issued: 900, paidIn: 1500, refunded: 0, paidOut: 600))
      #expect(try await stage.breaks() == [])
    }
  }

  @Test("What the event says counts for nothing: Stripe is asked for the transfer itself")
  func forged() async throws {
    let stage = try await StripeStage()
    defer { stage.stripe.close() }
    try await stage.running { stage in
      let place = try await StripePayoutTests.place(stage, holding: 1500)
      let other = try await Administration(store: stage.store).createPlace(name: "Cafe").place
      let payouts = try StripePayoutTests.payouts(stage)
      let account = try #require(stage.stripe.accounts.last)
      let transfer = try #require(stage.stripe.transferByHand(to: account, amount: 600))
      let forge = { (id: String) -> JSON in
        [
          "payload": [
            "object": "event", "id": "evt_1", "type": "transfer.created", "created": 1,
            "data": [
              "object": [
                "object": "transfer", "id": JSON(id), "amount": 1500, "currency": "eur", "created": 1,
                "destination": "acct_mine",
              ]
            ],
          ]
        ]
      }
      let deposit = { (place: EntityID, body: JSON) in
        try await Self.code { try await payouts.deposit(place: place, body: body) }
      }
      #expect(try await deposit(place.uuid, forge("tr_nobody")) == "404")
      #expect(try await deposit(other.uuid, forge(transfer)) == "forbidden")
      for body in [[:], ["payload": "x"], ["payload": [:]], ["payload": ["object": "event"]]] as [JSON] {
        #expect(try await deposit(place.uuid, body) == "400")
      }
      #expect(try await stage.balance(place.wallet) == 1500)
      #expect(try await deposit(place.uuid, forge(transfer)) == "201")
      #expect(try await stage.balance(place.wallet) == 900)
      let more = try #require(stage.stripe.transferByHand(to: account, amount: 900))
      _ = try await stage.service.submit(PayOut(amount: 1, place: place.uuid))
      #expect(try await deposit(place.uuid, forge(more)) == "insufficient_funds")
      stage.stripe.fail(.errorBefore, on: "/v1/transfers")
      #expect(try await deposit(place.uuid, forge(more)) == "stripe_unavailable")
      #expect(try await Self.standing(stage).excess == 0)
      #expect(try await stage.breaks() == [])
    }
  }

  @Test("A transfer that a payout asked for burns once, whoever tells of it first", arguments: [true, false])
  func ofPayout(isTold: Bool) async throws {
    let stage = try await StripeStage()
    defer { stage.stripe.close() }
    try await stage.running { stage in
      let place = try await StripePayoutTests.place(stage, holding: 1500)
      let payouts = try StripePayoutTests.payouts(stage)
      // Stripe did it, and its answer does not arrive.
      if isTold { for _ in 0..<3 { stage.stripe.fail(.cutAfter, on: "/v1/transfers") } }
      let paid = try await payouts.pay(place: place.uuid, amount: 1500)
      #expect(paid.state == (isTold ? .asked : .posted))
      let transfer = try #require(stage.stripe.transfers.first)
      let body = try Self.event(stage, transfer)
      #expect(try await payouts.deposit(place: place.uuid, body: body).status == (isTold ? 201 : 208))
      try await payouts.resume()
      #expect(try await payouts.deposit(place: place.uuid, body: body).status == 208)
      #expect(stage.stripe.effects("POST transfers") == 1)
      #expect(
        try await Self.standing(stage) == PrimaryStanding(issued: 0, paidIn: 1500, refunded: 0, paidOut: 1500))
      #expect(try await stage.breaks() == [])
    }
  }

  @Test("A transfer in another currency, or one that another ledger made, burns nothing")
  func foreign() async throws {
    let stage = try await StripeStage()
    defer { stage.stripe.close() }
    try await stage.running { stage in
      let place = try await StripePayoutTests.place(stage, holding: 1500)
      let account = try #require(stage.stripe.accounts.last)
      let deposit = { (currency: String, metadata: JSON) in
        let transfer = try #require(
          ConnectTransfer([
            "object": "transfer", "id": "tr_1", "amount": 600, "amount_reversed": 0, "currency": JSON(currency),
            "created": 1, "destination": JSON(account), "metadata": metadata,
          ]))
        return try await Self.code {
          try await stage.service.submit(DepositTransfer(place: place.uuid, transfer: transfer))
        }
      }
      #expect(try await deposit("usd", [:]) == "request_malformed")
      #expect(try await deposit("eur", ["fedow_server": JSON(EntityID.random().text)]) == "forbidden")
      #expect(try await stage.balance(place.wallet) == 1500)
      #expect(try await deposit("eur", [:]) == "201")
    }
  }

  @Test("The audit finds federated money that was burnt without a transfer")
  func tampering() async throws {
    let stage = try await StripeStage()
    defer { stage.stripe.close() }
    try await stage.running { stage in
      let place = try await StripePayoutTests.place(stage, holding: 1500)
      _ = try await stage.service.submit(PayOut(amount: 500, place: place.uuid))
    }
    #expect(try await stage.breaks() == [])
    try await stage.store.pool.writeWithoutTransaction { db in
      try db.execute(sql: "DROP TRIGGER stripe_deposits_stay; DELETE FROM stripe_deposits")
    }
    #expect(try await stage.breaks().contains { $0.reason.contains("Stripe gave nothing back or out for it") })
  }
}
