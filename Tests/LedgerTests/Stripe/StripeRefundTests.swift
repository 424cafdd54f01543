import FedowProtocol
import Model
import Rules
import Signing
import Stripe
import TestKit
import Testing
import Transport

@testable import Ledger

/// Federated money on its way back to the payments that it came from.
@Suite struct StripeRefundTests {
  /// Refunds that wait for Stripe no longer than a test does.
  static func refunds(_ stage: StripeStage) throws -> StripeRefunds {
    let limits = HTTPLimits(connectMilliseconds: 2000, totalMilliseconds: 1500, bodyBytes: 1 << 20)
    let settings = try StripeSettings(
      key: StripeSecretKey(StripeStandIn.key), baseURL: stage.stripe.url, limits: limits)
    return StripeRefunds(
      store: stage.store, postings: stage.service, client: StripeClient(settings), logger: StripeStage.logger)
  }

  /// - Returns: the payment.
  @discardableResult
  static func fill(_ stage: StripeStage, _ cents: Int64, _ person: Int = 0) async throws -> String {
    let intent = try #require(stage.stripe.pay(try await stage.begin(cents, for: stage.people[person])))
    for event in stage.stripe.events() { try await stage.receive(event) }
    return intent
  }

  static func status(_ work: () async throws -> Answer) async throws -> Int {
    do { return try await work().status } catch let rejection as Rejection { return rejection.answer.status }
  }

  static func back(_ stage: StripeStage) -> [Int64] {
    stage.stripe.refunds.compactMap { stage.stripe.thing($0)?["amount"]?.int64 }
  }

  @Test("Money goes back to the payments that it came from, the newest first, and the tokens are burnt")
  func wayBack() async throws {
    let stage = try await StripeStage()
    defer { stage.stripe.close() }
    try await stage.running { stage in
      let refunds = try Self.refunds(stage)
      #expect(try await Self.status { try await refunds.refund(stage.people[0]) } == 200)
      try await Self.fill(stage, 1000)
      try await Self.fill(stage, 700)
      try await Self.give(stage, 300)
      #expect(try await Self.status { try await refunds.refund(stage.people[0]) } == 202)
      #expect(Self.back(stage) == [700, 700])
      #expect(try await stage.balance(stage.people[0]) == 0)
      let standing = try await stage.store.read { try $0.primaryStanding() }
      #expect(standing == PrimaryStanding(issued: 300, paidIn: 1700, refunded: 1400, paidOut: 0))
      #expect(standing.excess == 0)
      #expect(try await stage.breaks() == [])
      #expect(try await Self.status { try await refunds.refund(stage.people[0]) } == 200)
      // What another gave was paid by them.
      #expect(try await Self.status { try await refunds.refund(stage.people[1]) } == 404)
    }
  }

  /// Gives some to the second person.
  static func give(_ stage: StripeStage, _ amount: Int64) async throws {
    let (from, to) = (stage.people[0], stage.people[1])
    let key = try RSAPrivateKey.generate()
    let asset = try #require(
      try await stage.store.write { books in
        try books.setPublicKey(key.publicKey.pem, of: from)
        return try books.federatedAsset()
      })
    let body: JSON = [
      "id": JSON(EntityID.random().text), "receiver": ["wallet": JSON(to.text)], "asset": JSON(asset.uuid.text),
      "amount": JSON(amount),
    ]
    let signature = Base64URL.encode(try key.sign(SignedMessage.post(body)))
    let transfer = PostTransfer(signer: from, request: try TransferRequest(body, signature: signature))
    #expect(try await stage.service.submit(transfer).status == 201)
  }

  @Test("A refund asked for twice at once reaches Stripe once")
  func twiceAtOnce() async throws {
    let stage = try await StripeStage()
    defer { stage.stripe.close() }
    try await stage.running { stage in
      try await Self.fill(stage, 1000)
      let refunds = try Self.refunds(stage)
      stage.stripe.fail(.slow(.milliseconds(300)), on: "/v1/refunds")
      async let one = Self.status { try await refunds.refund(stage.people[0]) }
      async let other = Self.status { try await refunds.refund(stage.people[0]) }
      let statuses = try await [one, other].sorted()
      #expect(statuses == [202, 409] || statuses == [200, 202])
      #expect(stage.stripe.calls.filter { $0 == "POST /v1/refunds" }.count == 1)
      #expect(Self.back(stage) == [1000])
      #expect(try await stage.breaks() == [])
    }
  }

  @Test(
    "Whatever happens on the way to Stripe, it gives back once and the books end right", arguments: StripeFault.doubtful
  )
  func faults(fault: StripeFault) async throws {
    let stage = try await StripeStage()
    defer { stage.stripe.close() }
    try await stage.running { stage in
      try await Self.fill(stage, 1000)
      for _ in 0..<3 { stage.stripe.fail(fault, on: "/v1/refunds") }
      let refunds = try Self.refunds(stage)
      _ = try await Self.status { try await refunds.refund(stage.people[0]) }
      // Nothing that may be on its way can be spent, and it is all there until it is known.
      #expect(try await stage.balance(stage.people[0]) == 0)
      #expect(try await stage.breaks() == [])
      for _ in 0..<4 { try await refunds.resume() }
      #expect(Self.back(stage) == [1000])
      #expect(try await stage.store.read { try $0.reservations(open: true) } == [])
      #expect(try await stage.store.read { try $0.primaryStanding().issued } == 0)
      #expect(try await stage.breaks() == [])
    }
  }

  @Test("A crash between Stripe's answer and the posting heals by itself")
  func crash() async throws {
    let stage = try await StripeStage()
    defer { stage.stripe.close() }
    try await stage.running { stage in
      let intent = try await Self.fill(stage, 1000)
      _ = try await stage.service.submit(BeginStripeRefund(wallet: stage.people[0]))
      let (part, server) = try await stage.store.read { books in
        let reservation = try #require(try books.reservations(open: true).first)
        return (try #require(try books.stripeRefundParts(of: reservation.id).first), try books.primaryWallet())
      }
      // Stripe did it, and who asked is no more.
      let mark = StripeMark(server: server, id: part.id, subject: stage.people[0])
      _ = await stage.client.createRefund(
        paymentIntent: intent, amount: 1000, metadata: mark.metadata(.refund), key: IdempotencyKey("refund", part.id))
      #expect(try await stage.balance(stage.people[0]) == 0)
      try await Self.refunds(stage).resume()
      #expect(Self.back(stage) == [1000])
      #expect(try await stage.store.read { try $0.reservations(open: false).map(\.state) } == [.posted])
      #expect(try await stage.breaks() == [])
    }
  }

  @Test("What Stripe may have forgotten the key of is looked for, not sent again")
  func late() async throws {
    let stage = try await StripeStage()
    defer { stage.stripe.close() }
    try await stage.running { stage in
      try await Self.fill(stage, 1000)
      _ = try await stage.service.submit(BeginStripeRefund(wallet: stage.people[0]))
      let refunds = StripeRefunds(
        store: stage.store, postings: stage.service, client: stage.client,
        clock: { LedgerTime.now().adding(seconds: 86_400) }, logger: StripeStage.logger)
      try await refunds.resume()
      #expect(Self.back(stage) == [])
      #expect(stage.stripe.calls.filter { $0 == "POST /v1/refunds" }.isEmpty)
      #expect(try await stage.balance(stage.people[0]) == 1000)
      #expect(try await stage.breaks() == [])
    }
  }

  @Test("Federated money does not go back while a card of its owner owes")
  func owing() async throws {
    let stage = try await StripeStage()
    defer { stage.stripe.close() }
    _ = try await Administration(store: stage.store).importCards(
      try CardFile("https://ledger.test/qr/\(EntityID.random()),68B87420,68B87420"), place: "Bar du Port", generation: 1
    )
    try await stage.running { stage in
      try await Self.fill(stage, 1000)
      try await stage.store.write { books in
        let card = try #require(try books.card(tag: "68B87420")).uuid
        try books.setWallet(stage.people[0], user: try books.user(wallet: stage.people[0])?.uuid, of: card)
        try books.addUnsettled(1, card: card)
      }
      let refunds = try Self.refunds(stage)
      #expect(await refusal { _ = try await refunds.refund(stage.people[0]) } == .cardUnsettled)
      #expect(try await stage.balance(stage.people[0]) == 1000)
    }
  }

  @Test(
    "After the clock stepped back Stripe's list is looked at first: what is there is not asked for again, the rest is",
    arguments: [true, false])
  func clockSteppedBack(isMade: Bool) async throws {
    let stage = try await StripeStage()
    defer { stage.stripe.close() }
    try await stage.running { stage in
      let intent = try await Self.fill(stage, 1000)
      try await Self.fill(stage, 700)
      _ = try await stage.service.submit(BeginStripeRefund(wallet: stage.people[0]))
      if isMade { try await Self.makeAll(stage, forgetting: true) }
      let refunds = StripeRefunds(
        store: stage.store, postings: stage.service, client: stage.client,
        clock: { LedgerTime.now().adding(seconds: -3600) }, logger: StripeStage.logger)
      // A list that is not there says nothing of what was made.
      for _ in 0..<8 { stage.stripe.fail(.errorBefore, on: "/v1/refunds") }
      try await refunds.resume()
      #expect(Self.back(stage).isEmpty != isMade)
      stage.stripe.heal()
      try await refunds.resume()
      #expect(Self.back(stage) == [700, 1000])
      #expect(stage.stripe.thing(intent)?["latest_charge"] != nil)
      #expect(try await stage.balance(stage.people[0]) == 0)
      #expect(try await stage.breaks() == [])
    }
  }

  /// Makes at Stripe what the ledger is to ask for, with a key that it has or that Stripe has forgotten.
  private static func makeAll(_ stage: StripeStage, forgetting: Bool) async throws {
    let (parts, server) = try await stage.store.read { books in
      let reservation = try #require(try books.reservations(open: true).first)
      return (try books.stripeRefundParts(of: reservation.id), try books.primaryWallet())
    }
    for part in parts {
      let mark = StripeMark(server: server, id: part.id, subject: stage.people[0])
      _ = await stage.client.createRefund(
        paymentIntent: part.paymentIntent, amount: part.amount,
        metadata: mark.metadata(.refund).merging(forgetting ? [:] : ["note": "other"]) { $1 },
        key: forgetting ? IdempotencyKey("forgotten", .random()) : IdempotencyKey("refund", part.id))
    }
  }

  @Test("That a key was used for something else is no refusal: what was made with it is found")
  func keyUsed() async throws {
    let stage = try await StripeStage()
    defer { stage.stripe.close() }
    try await stage.running { stage in
      try await Self.fill(stage, 1000)
      _ = try await stage.service.submit(BeginStripeRefund(wallet: stage.people[0]))
      try await Self.makeAll(stage, forgetting: false)
      try await Self.refunds(stage).resume()
      #expect(try await stage.store.read { try $0.reservations(open: false).map(\.state) } == [.posted])
      #expect(try await stage.balance(stage.people[0]) == 0)
      #expect(try await stage.breaks() == [])
    }
  }

  @Test("When Stripe refuses one of several payments, what went back is posted and the rest can be spent")
  func partly() async throws {
    let stage = try await StripeStage()
    defer { stage.stripe.close() }
    try await stage.running { stage in
      let contested = try await Self.fill(stage, 1000)
      try await Self.fill(stage, 700)
      // The ledger has not heard of it yet.
      stage.stripe.dispute(contested)
      let refunds = try Self.refunds(stage)
      #expect(try await Self.status { try await refunds.refund(stage.people[0]) } == 202)
      #expect(Self.back(stage) == [700])
      #expect(try await stage.balance(stage.people[0]) == 1000)
      #expect(try await stage.breaks() == [])
      #expect(try await Self.status { try await refunds.refund(stage.people[0]) } == 402)
      #expect(try await stage.balance(stage.people[0]) == 1000)
      // Now it has: the payments do not cover the rest.
      for event in stage.stripe.events() { try await stage.receive(event) }
      #expect(try await Self.status { try await refunds.refund(stage.people[0]) } == 406)
      #expect(try await stage.breaks() == [])
    }
  }

  @Test(
    "The audit finds what does not agree with Stripe's refunds",
    arguments: [
      ("UPDATE stripe_refunds SET amount = 999", "was burnt"),
      ("UPDATE stripe_refunds SET state = 'refused', refund = NULL", "was burnt"),
      ("UPDATE stripe_refunds SET amount = 1001", "goes back of"),
      ("DELETE FROM stripe_refunds", "is issued"),
      (
        "UPDATE reservations SET state = 'asked', posted = NULL, ended_at = NULL, ended_after = NULL; "
          + "UPDATE stripe_refunds SET amount = 1001", "Stripe was asked for 1001, 1000 was reserved"
      ),
      ("UPDATE reservations SET state = 'released', posted = NULL", "Stripe gave 1000 back, and it can be spent"),
    ])
  func tampering(change: String, reason: String) async throws {
    let stage = try await StripeStage()
    defer { stage.stripe.close() }
    try await stage.running { stage in
      try await Self.fill(stage, 1000)
      _ = try await Self.refunds(stage).refund(stage.people[0])
      try await Self.fill(stage, 50, 1)
    }
    #expect(try await stage.breaks() == [])
    try await stage.store.pool.writeWithoutTransaction { db in
      try db.execute(
        sql: """
          DROP TRIGGER stripe_refunds_end_once; DROP TRIGGER stripe_refunds_stay; DROP TRIGGER reservations_end_once
          """)
      try db.execute(sql: change)
    }
    let breaks = try await stage.breaks()
    #expect(breaks.contains { $0.reason.contains(reason) }, "\(breaks)")
  }
}
