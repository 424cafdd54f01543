import FedowProtocol
import GRDB
import Model
import Rules
import TestKit
import Testing

@testable import Ledger

/// What the project was asked to be, in the words in which it was asked: each test shows its sentence on the ledger itself.
@Suite("The promise")
struct PromiseTests {
  // MARK: Money

  @Test("one primary asset backed by euros through Stripe")
  func primaryAsset() async throws {
    let stage = try await StripeStage()
    defer { stage.stripe.close() }
    // There is one, and no second can be made, not even by hand in the file.
    #expect(try await stage.store.read { try $0.assets() }.map(\.category) == [.federated])
    let administration = Administration(store: stage.store)
    #expect(
      await refusal {
        _ = try await administration.createAsset(
          place: "Bar du Port", name: "More", currency: "FED", category: .federated)
      } == .requestMalformed)
    await #expect(throws: DatabaseError.self) {
      try await stage.store.write {
        try $0.execute("INSERT INTO assets SELECT 'x', 'x', 'x', category, origin, issuer_wallet, 0, 0, 0 FROM assets")
      }
    }
    try await stage.running { stage in
      // As many tokens as Stripe has cents, when people pay and when they get it back.
      try await StripeRefundTests.fill(stage, 1_250)
      #expect(stage.stripe.balance == 1_250)
      #expect(try await stage.store.read { try $0.primaryStanding().issued } == 1_250)
      _ = try await StripeRefundTests.refunds(stage).refund(stage.people[0])
      #expect(stage.stripe.balance == 0)
      #expect(try await stage.store.read { try $0.primaryStanding().issued } == 0)
      #expect(try await stage.breaks() == [])
    }
  }

  @Test("secondary assets that each place issues and others may accept")
  func secondaryAssets() async throws {
    let stand = try await SharedStand()
    let ledger = stand.ledger
    try await ledger.running { _ in
      // Each place issues its own and no other's.
      try await stand.fill(1_000)
      #expect(try await ledger.refill(LedgerFixture.tag, 500).status == 201)
      let wallet = try await ledger.wallet(LedgerFixture.tag)
      let foreign = ledger.body(
        10, from: ledger.place.wallet, to: wallet, tag: LedgerFixture.tag, asset: stand.foreign)
      #expect(try await stand.outcome(PostTransaction(place: ledger.place.uuid, body: foreign)) != "posted")
      // Another may accept it, or not.
      #expect(try await stand.outcome(stand.debit(100)) == "posted")
      try await stand.say(nil, ("Euro du Cafe", .none))
      #expect(try await stand.outcome(stand.debit(100)) == "asset_not_accepted")
      try await stand.say(nil, ("Euro du Cafe", .whole))
      #expect(try await stand.outcome(stand.debit(100)) == "posted")
    }
    #expect(try await stand.held() == 200)
    #expect(try await ledger.verdict().breaks == [])
  }

  @Test("melting money in a proof-of-authority chain, transparent, not speculative")
  func meltingMoney() async throws {
    let stand = try await MeltStand()
    let ledger = stand.ledger
    let breaks = try await ledger.running { service in
      _ = try await ledger.refill(LedgerFixture.tag, 10_000)
      // Transparent: what melts next is told before it does.
      let told = try await stand.administration.meltingPreview(wallet: LedgerFixture.tag, limit: 1)
      #expect(told.elements?.first?["next"]?.int64 == 100)
      // Not speculative: who keeps it has less each month, nobody more than was issued, and none vanishes.
      var last = try #require(try await stand.balance())
      for month in 1...6 as ClosedRange<Int64> {
        stand.advance(to: MeltStand.october + (month * 31 + 1) * MeltStand.day)
        let now = try #require(try await stand.balance())
        #expect(now < last)
        last = now
      }
      _ = try await stand.pass()
      #expect(try await stand.stored() == last)
      #expect(try await stand.received() == 10_000 - last)
      #expect(try await stand.held() == 10_000)
      // In a proof-of-authority chain: an authority's key seals every block.
      while let seal = try await ledger.store.nextSeal() { _ = try await service.submit(AppendSeal(seal: seal)) }
      let verdict = try await ledger.verdict()
      #expect(verdict.proof.unsealed == 0)
      return verdict.breaks
    }
    #expect(breaks == [])
    try await AuthorityStand.tamper(ledger.store, "UPDATE transactions SET amount = 1 WHERE comment = 'Demurrage'")
    #expect(try await !ledger.verdict().isSound)
  }

  // MARK: Cards

  @Test("debits that wallet under the authority its owner delegated to the place")
  func delegatedAuthority() async throws {
    let ledger = try await LedgerFixture()
    let desk = CardDesk(ledger)
    try await ledger.running { service in
      _ = try await ledger.refill(LedgerFixture.tag, 1_000)
      let owner = try await ledger.link(LedgerFixture.tag)
      let queries = LedgerQueries(store: ledger.store)
      let given = { () async throws -> [JSON] in
        let now = ledger.time.withLock { $0 }
        return try JSON.parse(try await queries.delegations(owner, now: now).body).elements ?? []
      }
      let delegations = try await given()
      #expect(!delegations.isEmpty)
      let id = EntityID.random()
      #expect(try await desk.submit(try desk.debit(LedgerFixture.tag, 300, id: id))["code"] == nil)
      // The block says under which authority; without one there is none.
      for delegation in delegations {
        let id = try #require(delegation["id"]?.text.flatMap { EntityID($0) })
        _ = try await service.submit(RevokeDelegation(signer: owner, delegation: id))
      }
      #expect(try await desk.pay(LedgerFixture.tag, 300) == "no_delegation")
      let terms: JSON = [
        "grantee": ["place": JSON(ledger.place.uuid.text)], "per_tap": 200,
      ]
      _ = try await service.submit(GrantDelegation(signer: owner, body: terms))
      #expect(try await desk.pay(LedgerFixture.tag, 201) == "over_tap_limit")
      #expect(try await desk.pay(LedgerFixture.tag, 200) == nil)
      #expect(try await ledger.balance(LedgerFixture.tag) == 500)
    }
    #expect(try await ledger.verdict().breaks == [])
  }

  @Test("a lost card is blocked and its wallet moved to another card")
  func lostCard() async throws {
    let ledger = try await LedgerFixture()
    let desk = CardDesk(ledger)
    try await ledger.running { _ in
      _ = try await ledger.refill(LedgerFixture.tag, 500)
      let wallet = try await ledger.wallet(LedgerFixture.tag)
      _ = try await desk.lost(LedgerFixture.tag)
      #expect(try await desk.pay(LedgerFixture.tag, 100) == "blocked_card")
      let moved = try await desk.reassign(LedgerFixture.tag, to: LedgerFixture.otherTag)
      #expect(moved["to"]?["wallet"]?.text == wallet.text)
      #expect(try await desk.pay(LedgerFixture.otherTag, 100) == nil)
      #expect(try await desk.pay(LedgerFixture.tag, 100) == "blocked_card")
      #expect(try await ledger.balance(LedgerFixture.otherTag) == 400)
    }
    #expect(try await ledger.verdict().breaks == [])
  }

  // MARK: From wallet to wallet

  @Test("place wallet to place wallet (compensation)")
  func compensation() async throws {
    let stand = try await ClearingStand()
    try await stand.ledger.running { _ in
      try await stand.trade()
      try await stand.fund(stand.cafe, 180)
      try await stand.fund(stand.mill, 100)
      let clearing = try await stand.propose()
      let nets = ClearingStand.nets(clearing)
      #expect(nets == ["Bar du Port": 280, "Cafe": -180, "Mill": -100])
      #expect(nets.values.reduce(0, +) == 0)
      for (place, net) in [(stand.bar, 280), (stand.cafe, -180), (stand.mill, -100)] as [(Books.Place, Int64)] {
        #expect(try await stand.agree(clearing, place, net: net) == "posted")
      }
      #expect(try await stand.balance(stand.bar) == 280)
      #expect(try await stand.balance(stand.cafe) == 0)
      #expect(try await stand.balance(stand.mill) == 0)
      // What each held of another's money it has handed back.
      #expect(try await stand.balance(stand.bar, stand.shared.foreign) == 0)
      #expect(try await stand.balance(stand.cafe, stand.ledger.euro) == 0)
    }
    #expect(try await stand.ledger.verdict().breaks == [])
  }

  @Test("user wallet to user wallet")
  func userToUser() async throws {
    let stand = try await TransferStand(euros: 1_000)
    try await stand.ledger.running { _ in
      let given = try await stand.give(400)
      #expect(given.status == 201)
      #expect(try await stand.balance(stand.alice) == 600)
      #expect(try await stand.balance(stand.bob) == 400)
      // Not more than there is, and back by the other's own signature.
      #expect(try stand.code(try await stand.give(601)) == "insufficient_funds")
      #expect(try await stand.give(100, to: ["wallet": JSON(stand.alice.text)], from: stand.bob).status == 201)
      #expect(try await stand.balance(stand.alice) == 700)
      #expect(try await stand.balance(stand.bob) == 300)
    }
    #expect(try await stand.ledger.verdict().breaks == [])
  }

  @Test("primary wallet (Stripe Connect) to place or user wallet")
  func primaryToOthers() async throws {
    let stage = try await StripeStage()
    defer { stage.stripe.close() }
    try await stage.running { stage in
      // To a place's, for which it is paid on its Connect account.
      let place = try await StripePayoutTests.place(stage, holding: 1_500)
      _ = try await stage.service.submit(PayIn(amount: 500, wallet: place.wallet))
      // To a user's.
      try await StripeRefundTests.fill(stage, 700)
      let primary = try await stage.store.read { try $0.primaryWallet() }
      #expect(try await stage.balance(stage.people[0]) == 700)
      #expect(try await stage.balance(place.wallet) == 2_000)
      #expect(try await stage.balance(primary) == 0)
      let givers = try await stage.store.read { books in
        var found: Set<EntityID> = []
        try books.eachTransaction(after: 0) { if $0.entry.action == .refill { found.insert($0.entry.sender) } }
        return found
      }
      #expect(givers == [primary])
      let paid = try await StripePayoutTests.payouts(stage).pay(place: place.uuid, amount: 1_500)
      #expect(paid.state == .posted)
      let transfer = try #require(stage.stripe.transfers.first.flatMap { stage.stripe.thing($0) })
      #expect(transfer["destination"]?.text == stage.stripe.accounts.last)
      #expect(transfer["amount"]?.int64 == 1_500)
      #expect(try await stage.balance(place.wallet) == 500)
      #expect(try await stage.breaks() == [])
    }
  }
}
