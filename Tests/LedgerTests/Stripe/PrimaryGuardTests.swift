import FedowProtocol
import Model
import Rules
import TestKit
import Testing

@testable import Ledger

/// Nothing but what Stripe said makes or burns primary tokens.
@Suite struct PrimaryGuardTests {
  /// A posting of the primary asset, at random, as any code of the ledger could ask for it.
  private static func posting(
    _ asset: Books.Asset, _ wallets: [EntityID], _ chance: inout SeededGenerator
  ) throws -> Posting {
    let any = { (chance: inout SeededGenerator) in try #require(wallets.randomElement(using: &chance)) }
    let action = try #require(TransactionAction.allCases.randomElement(using: &chance))
    let sender = Bool.random(using: &chance) ? asset.issuerWallet : try any(&chance)
    return Posting(
      action: action, sender: sender, receiver: action == .creation ? sender : try any(&chance), terms: asset.terms,
      amount: Amount(minorUnits: Int64.random(in: 0...50, using: &chance)))
  }

  @Test("No posting without a word of Stripe's makes or burns primary tokens, whatever its action", arguments: [1, 2])
  func anyPosting(seed: UInt64) async throws {
    let stage = try await StripeStage()
    defer { stage.stripe.close() }
    try await stage.running { stage in
      try await StripeRefundTests.fill(stage, 1000)
      try await StripeRefundTests.fill(stage, 500, 1)
      let (asset, primary, place) = try await stage.store.read { books in
        (try #require(try books.federatedAsset()), try books.primaryWallet(), try #require(try books.places().first))
      }
      var chance = SeededGenerator(seed: seed)
      let wallets = stage.people + [primary, place.wallet]
      var tried: [TransactionAction: Int] = [:]
      var done = 0
      for _ in 0..<400 {
        let posting = try Self.posting(asset, wallets, &chance)
        let code = await refusal { _ = try await stage.service.submit(PostAll(postings: [posting])) }
        tried[posting.action, default: 0] += 1
        if code == nil { done += 1 }
        let makes: Set<TransactionAction> = [.creation, .refill, .bankDeposit, .correction]
        if makes.contains(posting.action) { #expect(code != nil, "\(posting)") }
      }
      #expect(tried.count == TransactionAction.allCases.count)
      #expect(done > 0)
      let standing = try await stage.store.read { try $0.primaryStanding() }
      #expect(standing == PrimaryStanding(issued: 1500, paidIn: 1500, refunded: 0, paidOut: 0))
      #expect(try await stage.breaks() == [])
    }
  }

  @Test("Making or burning the primary asset is refused with one code, and the chain stays as it is")
  func code() async throws {
    let stage = try await StripeStage()
    defer { stage.stripe.close() }
    try await stage.running { stage in
      try await StripeRefundTests.fill(stage, 1000)
      let (asset, primary, before) = try await stage.store.read { books in
        (try #require(try books.federatedAsset()), try books.primaryWallet(), try books.lastSequence())
      }
      let person = stage.people[0]
      let ways: [(TransactionAction, EntityID, EntityID)] = [
        (.creation, primary, primary), (.refill, primary, person), (.correction, stage.people[1], person),
        (.bankDeposit, person, primary), (.refund, person, primary), (.correction, person, primary),
      ]
      for (action, sender, receiver) in ways {
        let posting = Posting(
          action: action, sender: sender, receiver: receiver, terms: asset.terms, amount: Amount(minorUnits: 10))
        #expect(
          await refusal { _ = try await stage.service.submit(PostAll(postings: [posting])) } == .forbidden, "\(action)")
      }
      #expect(try await stage.store.read { try $0.lastSequence() } == before)
    }
  }

  @Test("A word of Stripe's is good for the cents that it names and for nothing else")
  func word() throws {
    let (primary, person, place) = (EntityID.random(), EntityID.random(), EntityID.random())
    let terms = AssetTerms(asset: .random(), category: .federated, issuerWallet: primary)
    let posting = { (action: TransactionAction, sender: EntityID, receiver: EntityID, amount: Int64) in
      Posting(
        action: action, sender: sender, receiver: receiver, terms: terms, amount: Amount(minorUnits: amount))
    }
    let out = StripeWord.transferred(100)
    #expect(out.covers(posting(.bankDeposit, place, primary, 100)))
    #expect(!out.covers(posting(.bankDeposit, place, primary, 101)))
    #expect(!out.covers(posting(.refund, place, primary, 100)))
    #expect(!out.covers(posting(.creation, primary, primary, 100)))
    #expect(!StripeWord.transferred(0).covers(posting(.bankDeposit, place, primary, 0)))
    let part = Books.StripeRefundPart(
      id: .random(), reservation: .random(), paymentIntent: "pi_1", amount: 100, state: .done, refund: "re_1",
      askedAt: .now())
    #expect(StripeWord.refunded([part]).covers(posting(.refund, person, primary, 100)))
    #expect(!StripeWord.refunded([part]).covers(posting(.refund, person, place, 100)))
    #expect(StripeWord.failed(part).covers(posting(.refill, primary, person, 100)))
    #expect(!StripeWord.failed(part).covers(posting(.refill, primary, person, 99)))
  }

  @Test("The audit holds the primary asset against its payments also where Stripe never took any")
  func auditWithoutStripe() async throws {
    let stage = try await StripeStage()
    defer { stage.stripe.close() }
    #expect(try await stage.breaks() == [])
    let person = stage.people[0]
    try await stage.running { stage in
      _ = try await stage.service.submit(PayIn(amount: 100, wallet: person))
    }
    #expect(try await stage.breaks() == [])
    try await stage.store.pool.writeWithoutTransaction { db in
      try db.execute(sql: "DROP TRIGGER stripe_payments_stay; DELETE FROM stripe_payments")
    }
    let breaks = try await stage.breaks().map(\.reason)
    #expect(breaks.contains { $0.contains("100 is issued; 0 was paid in") }, "\(breaks)")
    #expect(breaks.contains { $0.contains("no payment of Stripe's stands behind it") }, "\(breaks)")
  }
}
