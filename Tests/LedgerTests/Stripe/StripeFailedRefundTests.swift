import FedowProtocol
import Model
import Stripe
import TestKit
import Testing

@testable import Ledger

/// Refunds that Stripe took and that fail later: the payer's bank sends the money back.
@Suite struct StripeFailedRefundTests {
  /// When Stripe tells that a refund failed.
  enum Told: CaseIterable { case beforeTheAnswer, beforeThePosting, afterwards }

  private static func standing(_ stage: StripeStage) async throws -> PrimaryStanding {
    try await stage.store.read { try $0.primaryStanding() }
  }

  /// Events about refunds, the last first and each three times.
  private static func tell(_ stage: StripeStage) async throws {
    let events = stage.stripe.events().filter { $0.type.contains("refund") }.reversed()
    for _ in 0..<3 { for event in events { try await stage.receive(event) } }
  }

  /// A refund as far as Stripe, with what the ledger does not know yet.
  private static func ask(_ stage: StripeStage) async throws -> (reservation: EntityID, part: EntityID, refund: String)
  {
    let begun = try await stage.service.submit(BeginStripeRefund(wallet: stage.people[0]))
    let id = try #require(try JSON.parse(begun.body)["reservation"]?.text.flatMap { EntityID($0) })
    let (part, server) = try await stage.store.read { books in
      (try #require(try books.stripeRefundParts(of: id).first), try books.primaryWallet())
    }
    let mark = StripeMark(server: server, id: part.id, subject: stage.people[0])
    _ = await stage.client.createRefund(
      paymentIntent: part.paymentIntent, amount: part.amount, metadata: mark.metadata(.refund),
      key: IdempotencyKey("refund", part.id))
    return (id, part.id, try #require(stage.stripe.refunds.last))
  }

  @Test(
    "A refund that fails after Stripe took it comes back to its wallet once, whenever and however often that is told",
    arguments: Told.allCases)
  func failedLater(told: Told) async throws {
    let stage = try await StripeStage()
    defer { stage.stripe.close() }
    try await stage.running { stage in
      try await StripeRefundTests.fill(stage, 1000)
      stage.stripe.letRefundsPend()
      let refunds = try StripeRefundTests.refunds(stage)
      let asked = try await Self.ask(stage)
      switch told {
      case .beforeTheAnswer: break
      case .beforeThePosting:
        _ = try await stage.service.submit(EndStripeRefundPart(id: asked.part, refund: asked.refund, reason: nil))
      case .afterwards:
        try await refunds.resume()
        #expect(try await stage.balance(stage.people[0]) == 0)
        #expect(try await Self.standing(stage).refunded == 1000)
      }
      stage.stripe.end(refund: asked.refund, succeeded: false)
      try await Self.tell(stage)
      for _ in 0..<2 { try await refunds.resume() }
      try await Self.tell(stage)
      #expect(try await stage.balance(stage.people[0]) == 1000)
      #expect(
        try await Self.standing(stage) == PrimaryStanding(issued: 1000, paidIn: 1000, refunded: 0, paidOut: 0))
      #expect(try await stage.store.read { try $0.stripeFindings(open: true) } == [])
      #expect(try await stage.breaks() == [])
      // The payment can be given back again, and this time it arrives.
      stage.stripe.letRefundsPend(false)
      #expect(try await StripeRefundTests.status { try await refunds.refund(stage.people[0]) } == 202)
      #expect(try await stage.balance(stage.people[0]) == 0)
      try await Self.tell(stage)
      #expect(try await stage.balance(stage.people[0]) == 0)
      #expect(
        try await Self.standing(stage) == PrimaryStanding(issued: 0, paidIn: 1000, refunded: 1000, paidOut: 0))
      #expect(try await stage.breaks() == [])
    }
  }

  @Test("Of a refund over several payments only what failed comes back")
  func oneOfSeveral() async throws {
    let stage = try await StripeStage()
    defer { stage.stripe.close() }
    try await stage.running { stage in
      try await StripeRefundTests.fill(stage, 1000)
      try await StripeRefundTests.fill(stage, 700)
      stage.stripe.letRefundsPend()
      let refunds = try StripeRefundTests.refunds(stage)
      #expect(try await StripeRefundTests.status { try await refunds.refund(stage.people[0]) } == 202)
      #expect(StripeRefundTests.back(stage) == [700, 1000])
      stage.stripe.end(refund: stage.stripe.refunds[0], succeeded: false)
      stage.stripe.end(refund: stage.stripe.refunds[1], succeeded: true)
      try await Self.tell(stage)
      #expect(try await stage.balance(stage.people[0]) == 700)
      #expect(
        try await Self.standing(stage) == PrimaryStanding(issued: 700, paidIn: 1700, refunded: 1000, paidOut: 0))
      #expect(try await stage.breaks() == [])
    }
  }

  @Test("A failure whose event was lost is found by the comparison with Stripe, once, also weeks after the refund")
  func eventLost() async throws {
    let stage = try await StripeStage()
    defer { stage.stripe.close() }
    try await stage.running { stage in
      try await StripeRefundTests.fill(stage, 1000)
      stage.stripe.letRefundsPend()
      let refunds = try StripeRefundTests.refunds(stage)
      #expect(try await StripeRefundTests.status { try await refunds.refund(stage.people[0]) } == 202)
      let refund = try #require(stage.stripe.refunds.first)
      stage.stripe.end(refund: refund, succeeded: false)
      let later = LedgerTime.now().adding(seconds: 30 * 86_400)
      let reconciliation = StripeReconciliation(
        store: stage.store, client: stage.client, postings: stage.service, clock: { later })
      let report = try await reconciliation.run(since: later.adding(seconds: -7 * 86_400))
      #expect(report.returned.map(\.object) == [refund])
      #expect(report.returned.map(\.amount) == [1000])
      #expect(!report.needsPerson)
      #expect(try await reconciliation.run(since: later.adding(seconds: -7 * 86_400)).returned == [])
      try await Self.tell(stage)
      #expect(try await stage.balance(stage.people[0]) == 1000)
      #expect(try await Self.standing(stage).excess == 0)
      #expect(try await stage.breaks() == [])
    }
  }

  @Test(
    "A refund that Stripe made after the ledger took it for refused shows until it fails", arguments: [true, false])
  func madeAfterAll(isReleasedByHand: Bool) async throws {
    let stage = try await StripeStage()
    defer { stage.stripe.close() }
    try await stage.running { stage in
      try await StripeRefundTests.fill(stage, 1000)
      stage.stripe.letRefundsPend()
      let asked = try await Self.ask(stage)
      _ = try await stage.service.submit(
        Doing { ledger in
          if isReleasedByHand {
            try ledger.release(reservation: asked.reservation, because: "by hand")
          } else {
            _ = try EndStripeRefundPart(id: asked.part, refund: nil, reason: "refused").perform(ledger)
            _ = try EndStripeRefund(reservation: asked.reservation).perform(ledger)
          }
        })
      #expect(try await stage.balance(stage.people[0]) == 1000)
      try await Self.tell(stage)
      #expect(try await stage.store.read { try $0.stripeFindings(open: true).map(\.object) } == [asked.refund])
      #expect(try await stage.store.read { try $0.stripeRefundedElsewhere() } == 1000)
      stage.stripe.end(refund: asked.refund, succeeded: false)
      try await Self.tell(stage)
      #expect(try await stage.store.read { try $0.stripeFindings(open: true) } == [])
      #expect(try await stage.balance(stage.people[0]) == 1000)
      #expect(try await stage.breaks() == [])
    }
  }

  @Test("A refund of the ledger's own that it no longer knows of is a finding", arguments: [true, false])
  func forgotten(isKnown: Bool) async throws {
    let stage = try await StripeStage()
    defer { stage.stripe.close() }
    try await stage.running { stage in
      let intent = try await StripeRefundTests.fill(stage, 1000)
      if isKnown {
        _ = try await Self.ask(stage)
      } else {
        let server = try await stage.store.read { try $0.primaryWallet() }
        let mark = StripeMark(server: server, id: .random(), subject: stage.people[0])
        _ = await stage.client.createRefund(
          paymentIntent: intent, amount: 1000, metadata: mark.metadata(.refund), key: IdempotencyKey("x", .random()))
      }
      try await Self.tell(stage)
      #expect(try await stage.store.read { try $0.stripeFindings(open: true) }.count == (isKnown ? 0 : 1))
    }
  }

  @Test(
    "The audit finds what was not given back, and what was without a failure",
    arguments: [
      ("UPDATE stripe_refund_failures SET creation = NULL, transaction_uuid = NULL", "was not given back"),
      ("DELETE FROM stripe_refund_failures", "no payment of Stripe's stands behind it"),
      ("UPDATE stripe_refunds SET amount = 999", "its blocks moved"),
    ])
  func tampering(change: String, reason: String) async throws {
    let stage = try await StripeStage()
    defer { stage.stripe.close() }
    try await stage.running { stage in
      try await StripeRefundTests.fill(stage, 1000)
      stage.stripe.letRefundsPend()
      _ = try await StripeRefundTests.refunds(stage).refund(stage.people[0])
      stage.stripe.end(refund: try #require(stage.stripe.refunds.first), succeeded: false)
      try await Self.tell(stage)
    }
    #expect(try await stage.breaks() == [])
    try await stage.store.pool.writeWithoutTransaction { db in
      try db.execute(
        sql: """
          DROP TRIGGER stripe_refunds_end_once; DROP TRIGGER stripe_refund_failures_stay;
          DROP TRIGGER stripe_refund_failures_return_once
          """)
      try db.execute(sql: change)
    }
    let breaks = try await stage.breaks()
    #expect(breaks.contains { $0.reason.contains(reason) }, "\(breaks)")
  }

  @Test("Refunds that arrive or fail, told in any order and several times, make the same books", arguments: [1, 2])
  func shuffled(seed: UInt64) async throws {
    let ordered = try await StripeStage(people: 8, seed: seed)
    defer { ordered.stripe.close() }
    let (shuffled, mixed) = try await ordered.running { stage in
      for person in stage.people.indices { try await StripeRefundTests.fill(stage, 1000 + Int64(person), person) }
      stage.stripe.letRefundsPend()
      let refunds = try StripeRefundTests.refunds(stage)
      for person in stage.people { _ = try await refunds.refund(person) }
      let copy = try await stage.copy()
      for (index, refund) in stage.stripe.refunds.enumerated() {
        stage.stripe.end(refund: refund, succeeded: index.isMultiple(of: 2))
      }
      let events = stage.stripe.events()
      for event in events { try await stage.receive(event) }
      var chance = SeededGenerator(seed: seed)
      return (copy, (events + events + events).shuffled(using: &chance))
    }
    try await shuffled.running { stage in
      try await withThrowingTaskGroup(of: Void.self) { group in
        for event in mixed { group.addTask { _ = try await stage.receive(event) } }
        try await group.waitForAll()
      }
    }
    #expect(try await shuffled.books() == ordered.books())
    #expect(try await ordered.books().balances.values.sorted() == [0, 0, 0, 0, 1001, 1003, 1005, 1007])
    for stage in [ordered, shuffled] {
      #expect(try await Self.standing(stage).excess == 0)
      #expect(try await stage.breaks() == [])
    }
  }
}
