import FedowProtocol
import Model
import Stripe
import TestKit
import Testing

@testable import Ledger

/// The same events, in the order in which they happened and in any other, make the same books.
@Suite struct StripeShuffleTests {
  /// A month at Stripe: people pay, leave, get money back by hand, contest, and refunds fail; places are taken in.
  private static func month(_ stage: StripeStage, seed: UInt64) async throws {
    var chance = SeededGenerator(seed: seed)
    let place = try await stage.store.read { try $0.existingPlace("Bar du Port").uuid }
    let (request, server) = (EntityID.random(), try await stage.store.read { try $0.primaryWallet() })
    try await stage.store.write {
      try $0.insertStripeAccount(of: place, .express, country: "FR", request: request, at: .now())
    }
    let account = await stage.client.createAccount(
      .express, country: "FR", metadata: StripeMark(server: server, id: request, subject: place).metadata(.account),
      key: IdempotencyKey("account", request))
    for _ in 0..<400 {
      guard let person = stage.people.randomElement(using: &chance) else { return }
      let session = try await stage.begin(Int64.random(in: 50...20_000, using: &chance), for: person)
      guard Int.random(in: 0..<10, using: &chance) > 0 else {
        stage.stripe.expire(session)
        continue
      }
      guard let intent = stage.stripe.pay(session) else { continue }
      switch Int.random(in: 0..<20, using: &chance) {
      case 0: stage.stripe.dispute(intent)
      case 1...3:
        stage.stripe.letRefundsPend(Bool.random(using: &chance))
        guard let refund = stage.stripe.refundByHand(intent, amount: Int64.random(in: 1...50, using: &chance)) else {
          continue
        }
        if Bool.random(using: &chance) { stage.stripe.end(refund: refund, succeeded: Bool.random(using: &chance)) }
      default: break
      }
    }
    if case .done(let account) = account { stage.stripe.onboard(account.id) }
  }

  @Test(arguments: [1, 2] as [UInt64])
  func aThousandShuffledRepeatedAndDelayedEventsMakeTheSameBooks(_ seed: UInt64) async throws {
    let ordered = try await StripeStage(people: 12, seed: seed)
    defer { ordered.stripe.close() }
    try await Self.month(ordered, seed: seed)
    let shuffled = try await ordered.copy()
    let events = ordered.stripe.events()
    #expect(events.count >= 1000)
    try await ordered.running { ordered in for event in events { _ = try await ordered.receive(event) } }
    // Each comes once to three times, anywhere; a tenth of them is late by the whole rest.
    var chance = SeededGenerator(seed: seed &+ 77)
    var deliveries = events.flatMap { event in
      Array(repeating: event, count: Int.random(in: 1...3, using: &chance))
    }.shuffled(using: &chance)
    let late = Set(events.filter { _ in Int.random(in: 0..<10, using: &chance) == 0 }.map(\.id))
    deliveries = deliveries.filter { !late.contains($0.id) } + deliveries.filter { late.contains($0.id) }
    let waves = stride(from: 0, to: deliveries.count, by: 40).map {
      Array(deliveries[$0..<min($0 + 40, deliveries.count)])
    }
    try await shuffled.running { shuffled in
      for wave in waves {
        try await withThrowingTaskGroup(of: Void.self) { group in
          for event in wave { group.addTask { _ = try await shuffled.receive(event) } }
          try await group.waitForAll()
        }
      }
    }
    let (expected, made) = (try await ordered.books(), try await shuffled.books())
    #expect(made.balances == expected.balances)
    #expect(made.payments == expected.payments)
    #expect(made.findings == expected.findings)
    #expect(made.checkouts == expected.checkouts)
    #expect(made.accounts == expected.accounts)
    #expect(made.waiting == 0)
    #expect(!expected.findings.isEmpty && expected.payments.count > 200)
    #expect(try await shuffled.breaks() == [])
    let paid = try await shuffled.store.read { try $0.stripePaidIn() }
    #expect(paid == expected.balances.values.reduce(0, +))
  }
}
