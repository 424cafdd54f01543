import FedowProtocol
import Foundation
import GRDB
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import Model
import Stripe
import TestKit
import Testing

@testable import Ledger
@testable import LedgerHTTP

/// The calls that Stripe stands behind, over HTTP and before a stand-in for Stripe.
@Suite("Stripe over HTTP", .serialized)
struct StripeHTTPTests {
  /// A paired place, a person with a card, and Stripe.
  private struct Scene: Sendable {
    let client: HostileClient
    let stripe: StripeStandIn
    let store: LedgerStore
    let administration: Administration
    let connect: StripeConnect
    let place: Books.Place
    let primary: EntityID
    let asset: EntityID

    func ask(
      _ method: HTTPRequest.Method, _ path: String, access: Access, _ body: JSON? = nil
    ) async throws -> (status: Int, code: String?, json: JSON) {
      let response = try await client.send(
        method, path, access: access, body: body.map { Array($0.pythonDump().utf8) })
      let bytes = Array(buffer: response.body)
      let faults = try APIDocument().faults(
        method: method.rawValue, path: path, status: Int(response.status.code), answer: bytes)
      #expect(faults == [], "\(method) \(path)")
      return (
        Int(response.status.code), response.headers[Stage.name("X-Refusal-Code")], (try? JSON.parse(bytes)) ?? .null
      )
    }

    /// Begins a refill. - Returns: the checkout, and Stripe's page.
    func begin(_ cents: Int64) async throws -> (checkout: String, page: String) {
      let body: JSON = ["start_return_url": "https://a.example/back", "amount": JSON(cents)]
      let begun = try await ask(
        .post, "/wallet/get_federated_token_refill_checkout/", access: .keyAndWallet, body)
      #expect(begun.status == 202)
      let page = try #require(stripe.sessions.last)
      return (try #require(stripe.thing(page)?["client_reference_id"]?.text), page)
    }

    /// The person's wallet is filled by a payment.
    func fill(_ cents: Int64) async throws {
      let (checkout, page) = try await begin(cents)
      stripe.pay(page)
      let got = try await ask(.get, "/wallet/\(checkout)/retrieve_from_refill_checkout/", access: .keyAndWallet)
      #expect(got.status == 200)
    }

    func balance(_ wallet: EntityID) async throws -> Int64 {
      try await store.read { try $0.balance(of: asset, in: wallet) ?? 0 }
    }
  }

  private func scene(_ body: @Sendable @escaping (Scene) async throws -> Void) async throws {
    let stripe = try StripeStandIn()
    defer { stripe.close() }
    let client = StripeClient(try StripeSettings(key: StripeSecretKey(StripeStandIn.key), baseURL: stripe.url))
    let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
    let stage = try await Stage(stripe: { store, postings in
      StripeDesk(
        refills: StripeRefills(store: store, postings: postings, client: client, logger: logger),
        refunds: StripeRefunds(store: store, postings: postings, client: client, logger: logger),
        inbox: StripeInbox(
          store: store, postings: postings, secrets: [try WebhookSecret(StripeStandIn.secret)], isLive: false,
          logger: logger),
        connect: StripeConnect(store: store, client: client, postings: postings),
        payouts: StripePayouts(store: store, client: client, postings: postings, logger: logger))
    })
    let (store, administration) = (stage.store, stage.administration)
    let connect = StripeConnect(administration: administration, client: client)
    try await stage.app.test(.router) { http in
      let client = try await HostileClient(http, administration: administration)
      let asset = try #require(try await administration.assets().first { $0.category == .federated }?.uuid)
      let place = try #require(try await administration.places().first { $0.name == "Bar du Port" })
      try await body(
        Scene(
          client: client, stripe: stripe, store: store, administration: administration, connect: connect,
          place: place, primary: try await store.read { try $0.primaryWallet() }, asset: asset))
    }
    let breaks = try await LedgerAudit(store: store).run().breaks
    #expect(breaks == [])
  }

  /// The event of a transfer, as a ticketing server hands it on.
  private static func event(_ scene: Scene, of transfer: String) throws -> JSON {
    let event = scene.stripe.events().first { event in
      (try? JSON.parse(event.body))?["data"]?["object"]?["id"]?.text == transfer
    }
    return ["payload": try JSON.parse(try #require(event).body)]
  }

  @Test("a place's federated money is deposited for what Stripe transferred to it: 201 with the transaction, then 208")
  func deposit() async throws {
    try await scene { scene in
      try await scene.fill(2000)
      let sale: JSON = [
        "amount": 1500, "sender": JSON(scene.client.wallet.text), "receiver": JSON(scene.place.wallet.text),
        "asset_type": "EURO", "comment": nil, "metadata": nil,
      ]
      #expect(try await scene.ask(.post, "/transaction/qrcodescanpay/", access: .keyAndWallet, sale).status == 201)
      _ = try await scene.connect.link(place: scene.place.uuid, returnURL: "https://bar.example/")
      let account = try #require(scene.stripe.accounts.last)
      scene.stripe.onboard(account)
      let transfer = try #require(scene.stripe.transferByHand(to: account, amount: 900))
      let (path, body) = ("/wallet/global_asset_bank_stripe_deposit/", try Self.event(scene, of: transfer))
      let made = try await scene.ask(.post, path, access: .keyAndWallet, body)
      #expect(made.status == 201)
      #expect(made.json["action"]?.text == "BNK")
      #expect(made.json["get_action_display"]?.text == "Remise en banque")
      #expect(made.json["sender"]?.text == scene.place.wallet.text)
      #expect(made.json["receiver"]?.text == scene.primary.text)
      #expect(made.json["amount"]?.int64 == 900)
      #expect(try await scene.ask(.post, path, access: .keyAndWallet, body).status == 208)
      #expect(try await scene.balance(scene.place.wallet) == 600)
      let more = try #require(scene.stripe.transferByHand(to: account, amount: 601))
      let over = try await scene.ask(.post, path, access: .keyAndWallet, try Self.event(scene, of: more))
      #expect(over.code == "insufficient_funds")
      #expect(try await scene.ask(.post, path, access: .keyAndWallet, ["payload": [:]]).status == 400)
      #expect(try await scene.ask(.post, path, access: .keyAndWallet, [:]).status == 400)
      let standing = try await scene.administration.primaryStanding()
      #expect([standing.issued, standing.paidIn, standing.paidOut, standing.excess] == [1100, 2000, 900, 0])
    }
  }

  @Test("HEAD and OPTIONS start nothing that GET does")
  func headStartsNothing() async throws {
    try await scene { scene in
      try await scene.fill(2000)
      let (checkout, page) = try await scene.begin(700)
      scene.stripe.pay(page)
      let file = try CardFile("https://x.test/qr/\(EntityID.random()),0BADCAFE,0BADCAFE")
      _ = try await scene.administration.importCards(file, place: "Bar du Port", generation: 2)
      let badge = try await scene.administration.createAsset(
        place: "Bar du Port", name: "Here", currency: "BDG", category: .badge)
      let calls = scene.stripe.calls
      let before = try await Self.rows(scene.store)
      let paths: [(String, Access)] = [
        ("/wallet/refund_fed_by_signature/", .wallet),
        ("/wallet/\(checkout)/retrieve_from_refill_checkout/", .keyAndWallet), ("/v1/stripe/account/", .place),
        ("/card/0BADCAFE/", .place), ("/v1/cards/0BADCAFE/", .place), ("/root_tibillet_handshake/", .open),
        ("/place/link_cashless_to_place/", .keyAndWallet), ("/card/0BADCAFE/card_tag_id_retrieve/", .key),
        ("/card/0BADCAFE/card_number_retrieve/", .key), ("/card/\(EntityID.random())/qr_retrieve/", .key),
        ("/wallet/\(badge.uuid)/badge/", .keyAndWallet), ("/asset/\(badge.uuid)/archive_asset/", .key),
      ]
      for (path, access) in paths {
        let head = try await scene.client.send(.head, path, access: access, body: nil)
        #expect(head.status == .methodNotAllowed, "\(path)")
        let options = try await scene.client.send(.options, path, access: access, body: nil)
        #expect(options.status == .noContent, "\(path)")
        #expect(options.headers[.allow]?.contains("HEAD") == false, "\(path)")
      }
      #expect(scene.stripe.calls == calls)
      #expect(try await Self.rows(scene.store) == before)
      #expect(try await scene.balance(scene.client.wallet) == 2000)
      // The same by GET does.
      let retrieve = "/wallet/\(checkout)/retrieve_from_refill_checkout/"
      #expect(try await scene.ask(.get, retrieve, access: .keyAndWallet).status == 200)
      #expect(try await scene.ask(.get, "/wallet/refund_fed_by_signature/", access: .wallet).status == 202)
      #expect(try await scene.balance(scene.client.wallet) == 0)
    }
  }

  @Test("no GET that HEAD may ask for writes anything", .timeLimit(.minutes(10)))
  func headsThatAreLeft() async throws {
    try await scene { scene in
      try await scene.fill(2000)
      let before = try await Self.rows(scene.store)
      let wallet = scene.client.wallet.text
      var asked = 0
      for operation in Operation.all where operation.method == .get && !operation.path.contains("hotlist") {
        let path = operation.path.replacing(/\{[^}]*\}/, with: operation.path.contains("card") ? "68B87420" : wallet)
        let answer = try await scene.client.send(.head, path, access: operation.access, body: nil)
        asked += answer.status == .ok ? 1 : 0
      }
      #expect(asked > 10)
      #expect(try await Self.rows(scene.store) == before)
    }
  }

  /// How much there is of everything that a call could begin.
  private static func rows(_ store: LedgerStore) async throws -> [String: Int64] {
    try await store.pool.read { db in
      var counts: [String: Int64] = [:]
      for table in [
        "transactions", "wallets", "tokens", "reservations", "stripe_refunds", "stripe_payments", "stripe_accounts",
        "place_keys", "cards", "users", "delegations",
      ] {
        counts[table] = try Int64.fetchOne(db, sql: "SELECT count(*) FROM \(table)")
      }
      return counts
    }
  }

  @Test("no call makes or burns federated money without Stripe: each is refused with its code, and the sums stay")
  func noWayAroundStripe() async throws {
    try await scene { scene in
      try await scene.fill(2000)
      let (person, place, asset) = (
        JSON(scene.client.wallet.text), JSON(scene.place.wallet.text), JSON(scene.asset.text)
      )
      let link: JSON = ["wallet": person, "card_number": "68B87420"]
      #expect(try await scene.ask(.post, "/wallet/linkwallet_card_number/", access: .wallet, link).status == 200)
      let base = [("amount", 500), ("asset", asset), ("sender", place), ("receiver", person)] as [(String, JSON)]
      let cards = [("user_card_firstTagId", "68B87420"), ("primary_card_fisrtTagId", "333C9A6E")] as [(String, JSON)]
      let made = { (changes: [(String, JSON)]) -> JSON in
        var object = JSONObject(base)
        for (key, value) in changes { object[key] = value }
        return .object(object)
      }
      let primary = JSON(scene.primary.text)
      var tries: [(String, Access, JSON)] = [
        ("/transaction/create_membership/", .keyAndWallet, made([])),
        ("/transaction/refill_from_lespass_to_user_wallet/", .keyAndWallet, made([])),
        ("/transaction/refill_from_lespass_to_user_wallet/", .keyAndWallet, made([("sender", primary)])),
        ("/wallet/local_asset_bank_deposit/", .keyAndWallet, ["wallet_to_deposit": place, "asset": asset]),
        ("/asset/", .place, ["name": "More", "currency_code": "FED", "category": "FED"]),
        ("/asset/create_token_asset/", .key, ["name": "More", "currency_code": "FED", "category": "FED"]),
        ("/wallet/global_asset_bank_stripe_deposit/", .keyAndWallet, ["payload": Self.forgery("transfer", person)]),
        ("/webhook_stripe/", .open, Self.forgery("payment_intent", person)),
      ]
      for action in TransactionAction.allCases {
        for sender in [place, primary, person] {
          tries.append(
            ("/transaction/", .place, made(cards + [("sender", sender), ("action", JSON(action.rawValue))])))
        }
      }
      for (path, access, body) in tries {
        let answer = try await scene.ask(.post, path, access: access, body)
        #expect(answer.status >= 400, "\(path) \(body.compact)")
        #expect(answer.code.flatMap { Refusal.Code(rawValue: $0) } != nil, "\(path) \(answer)")
      }
      let standing = try await scene.administration.primaryStanding()
      #expect([standing.issued, standing.paidIn, standing.refunded, standing.paidOut] == [2000, 2000, 0, 0])
      #expect(try await scene.balance(scene.client.wallet) == 2000)
    }
  }

  /// What somebody who is not Stripe writes.
  private static func forgery(_ object: String, _ wallet: JSON) -> JSON {
    [
      "object": "event", "id": "evt_forged", "created": 1, "livemode": false,
      "type": object == "transfer" ? "transfer.created" : "payment_intent.succeeded",
      "data": [
        "object": [
          "object": JSON(object), "id": "tr_forged", "amount": 500, "amount_received": 500, "currency": "eur",
          "created": 1, "status": "succeeded", "metadata": ["fedow_subject": wallet],
        ]
      ],
    ]
  }
}
