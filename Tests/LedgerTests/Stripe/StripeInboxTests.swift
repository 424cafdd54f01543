import FedowProtocol
import Model
import Stripe
import TestKit
import Testing

@testable import Ledger

/// Events of Stripe's that could not be processed when they came.
@Suite struct StripeInboxTests {
  private static func inbox(_ stage: StripeStage, later seconds: Int64 = 0) throws -> StripeInbox {
    StripeInbox(
      store: stage.store, postings: stage.service, secrets: [try WebhookSecret(StripeStandIn.secret)], isLive: false,
      clock: { LedgerTime.now().adding(seconds: seconds) }, logger: StripeStage.logger)
  }

  private static func waiting(_ stage: StripeStage) async throws -> Int64 {
    try await stage.store.read { try $0.waitingStripeEvents() }
  }

  @Test("An event that cannot be processed is taken, waits twice as long each time, and then has its effect once")
  func postponed() async throws {
    let stage = try await StripeStage()
    defer { stage.stripe.close() }
    try await stage.running { stage in
      stage.stripe.pay(try await stage.begin(1500, for: stage.people[0]))
      try await stage.store.write {
        try $0.execute("CREATE TRIGGER no BEFORE INSERT ON stripe_payments BEGIN SELECT RAISE(ABORT, 'no'); END")
      }
      let event = try #require(stage.stripe.events().first { $0.type == "payment_intent.succeeded" })
      #expect(try await stage.receive(event) == 200)
      #expect(try await Self.waiting(stage) == 1)
      #expect(try await stage.balance(stage.people[0]) == 0)
      try await Self.inbox(stage, later: 31).processDue()
      #expect(try await Self.waiting(stage) == 1)
      try await stage.store.write { try $0.execute("DROP TRIGGER no") }
      try await Self.inbox(stage, later: 31).processDue()
      #expect(try await Self.waiting(stage) == 1)
      try await Self.inbox(stage, later: 62).processDue()
      #expect(try await Self.waiting(stage) == 0)
      #expect(try await stage.balance(stage.people[0]) == 1500)
      #expect(try await stage.receive(event) == 208)
      #expect(try await stage.balance(stage.people[0]) == 1500)
      #expect(try await stage.breaks() == [])
    }
  }

  @Test(
    "More events than are looked at together, on a disk that takes nothing, are left to the next look",
    .timeLimit(.minutes(10)))
  func leftToTheNextLook() async throws {
    let stage = try await StripeStage()
    defer { stage.stripe.close() }
    try await stage.running { stage in
      try await stage.store.write {
        try $0.execute(
          """
          WITH RECURSIVE numbers(number) AS (SELECT 1 UNION ALL SELECT number + 1 FROM numbers WHERE number < 300)
          INSERT INTO stripe_events (id, type, body, received_at, next_at)
            SELECT 'evt_' || number, 'payment_intent.succeeded', '{}', 0, 0 FROM numbers
          """)
        try $0.execute("CREATE TRIGGER no BEFORE UPDATE ON stripe_events BEGIN SELECT RAISE(ABORT, 'no'); END")
      }
      try await Self.inbox(stage).processDue()
      #expect(try await Self.waiting(stage) == 300)
    }
  }

  @Test("An event that does not hold what it says is refused and not kept")
  func nonsense() async throws {
    let stage = try await StripeStage()
    defer { stage.stripe.close() }
    let server = try await stage.store.read { try $0.primaryWallet() }
    let mark = StripeMark(server: server, id: .random(), subject: stage.people[0]).metadata(.checkout)
    let page: JSON = [
      "object": "checkout.session", "id": "cs_1", "status": "complete", "payment_status": "paid", "created": 1,
      "metadata": .object(JSONObject(mark.map { ($0.key, JSON($0.value)) })),
    ]
    try await stage.running { stage in
      for (type, object) in [
        ("payment_intent.succeeded", ["object": "payment_intent", "id": "pi_1"]), ("checkout.session.completed", page),
      ] as [(String, JSON)] {
        let status = try await Self.status(stage, type, object)
        #expect(status == 400, "\(type)")
      }
      #expect(try await Self.waiting(stage) == 0)
    }
  }

  private static func status(_ stage: StripeStage, _ type: String, _ object: JSON) async throws -> Int {
    let event: JSON = [
      "id": "evt_1", "object": "event", "type": JSON(type), "created": 1, "livemode": false,
      "data": ["object": object],
    ]
    let signature = WebhookSignature.sign(
      body: event.compactBytes, secrets: [try WebhookSecret(StripeStandIn.secret)],
      now: LedgerTime.now().microseconds / 1_000_000)
    do {
      return try await stage.inbox.receive(signature: signature, body: event.compactBytes).status
    } catch let rejection as Rejection {
      return rejection.answer.status
    }
  }
}
