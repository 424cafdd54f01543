import FedowProtocol
import GRDB
import Model
import Rules
import Testing

@testable import Ledger

@Suite("Melting in the books")
struct DemurrageTests {
  private static let day = MeltStand.day
  private static let october = MeltStand.october

  @Test("before a posting touches a wallet what is due is posted, to the named wallet and in the chain; the sum stays")
  func touch() async throws {
    let stand = try await MeltStand()
    let ledger = stand.ledger
    try await ledger.running { service in
      _ = try await ledger.refill(LedgerFixture.tag, 10_000)
      // After the second month: two periods, the second of what the first left.
      stand.advance(to: Self.october + 62 * Self.day)
      #expect(try await stand.stored() == 10_000)
      #expect(try await stand.balance() == 9_801)
      _ = try await service.submit(try await ledger.sale(801))
    }
    #expect(try await stand.stored() == 9_000)
    #expect(try await stand.received() == 199)
    #expect(try await stand.held() == 10_000)
    let transfers = try await ledger.store.read { books in
      var found: [ChainEntry] = []
      try books.eachTransaction(after: 0) { if $0.entry.action == .transfer { found.append($0.entry) } }
      return found
    }
    #expect(transfers.map(\.amount) == [100, 99])
    #expect(transfers.allSatisfy { $0.comment == "Demurrage" && $0.receiver == stand.commons.wallet })
    #expect(
      transfers.map { $0.metadata["demurrage"]?["delegation"]?["purpose"]?.text } == ["demurrage", "demurrage"])
    #expect(transfers.first?.metadata["demurrage"]?["until"]?.text?.hasPrefix("2026-10-31T23:00:00") == true)
    #expect(try await ledger.verdict().breaks == [])
  }

  @Test("more than what is left after the melting cannot be spent, and a refused sale leaves nothing behind")
  func overspending() async throws {
    let stand = try await MeltStand()
    let ledger = stand.ledger
    try await ledger.running { service in
      _ = try await ledger.refill(LedgerFixture.tag, 10_000)
      stand.advance(to: Self.october + 40 * Self.day)
      await #expect(throws: Rejection.self) { _ = try await service.submit(try await ledger.sale(9_901)) }
      #expect(try await stand.stored() == 10_000)
      _ = try await service.submit(try await ledger.sale(9_900))
    }
    #expect(try await stand.balance() == 0)
    #expect(try await ledger.verdict().breaks == [])
  }

  @Test("the pass posts for wallets that nobody touches, once, and the clock's stepping back changes nothing")
  func pass() async throws {
    let stand = try await MeltStand()
    try await stand.ledger.running { _ in
      _ = try await stand.ledger.refill(LedgerFixture.tag, 10_000)
      _ = try await stand.ledger.refill(LedgerFixture.otherTag, 99)
      #expect(try await stand.pass().postings == 0)
      stand.advance(to: Self.october + 40 * Self.day)
      let first = try await stand.pass()
      #expect(first.postings == 1)
      #expect(first.amounts == [stand.ledger.euro.uuid: 100])
      #expect(try await stand.pass().postings == 0)
      stand.advance(to: Self.october + 20 * Self.day)
      #expect(try await stand.pass().postings == 0)
    }
    #expect(try await stand.stored() == 9_900)
    #expect(try await stand.stored(LedgerFixture.otherTag) == 99)
    #expect(try await stand.ledger.verdict().breaks == [])
  }

  @Test("the ledger's operator may post by hand what is due")
  func byHand() async throws {
    let stand = try await MeltStand()
    try await stand.ledger.running { _ in _ = try await stand.ledger.refill(LedgerFixture.tag, 10_000) }
    stand.advance(to: Self.october + 40 * Self.day)
    #expect(try await stand.administration.runMelting()["postings"]?.int64 == 1)
    #expect(try await stand.administration.runMelting()["postings"]?.int64 == 0)
    #expect(try await stand.received() == 100)
  }

  @Test("cards, wallets and refunds are read without what is due; a card says what melts next")
  func readings() async throws {
    let stand = try await MeltStand()
    let ledger = stand.ledger
    try await ledger.running { _ in
      _ = try await ledger.refill(LedgerFixture.tag, 10_000)
      _ = try await ledger.refill(LedgerFixture.tag, 50, asset: ledger.gift)
    }
    stand.advance(to: Self.october + 40 * Self.day)
    let queries = LedgerQueries(store: stand.store)
    let now = LedgerTime(microseconds: Self.october + 40 * Self.day)
    let kiosk = try #require(try queries.kioskCard(tag: LedgerFixture.tag, place: ledger.place.uuid, now: now))
    let holdings = try JSON.parse(kiosk.body)["holdings"]?.elements ?? []
    #expect(holdings.map { $0["balance"]?.int64 } == [9_900, 50])
    #expect(holdings.map { $0["melts_next"]?["amount"]?.int64 } == [99, nil])
    #expect(holdings.first?["melts_next"]?["at"]?.text?.hasPrefix("2026-11-30T23:00:00") == true)
    let legacy = try #require(try queries.card(tag: LedgerFixture.tag, place: ledger.place.uuid))
    let tokens = try JSON.parse(legacy.body)["wallet"]?["tokens"]?.elements ?? []
    #expect(tokens.map { $0["value"]?.int64 } == [9_900, 50])
    let refund = try await queries.refundPreview(tag: LedgerFixture.tag, place: ledger.place)
    #expect(try JSON.parse(refund.body)["total"]?.int64 == 9_900)
    let wallet = try await ledger.openedWallet(LedgerFixture.tag)
    let own = try JSON.parse(try await queries.demurrage(wallet, now: now).body)["assets"]?.elements?.first
    #expect(own?["due"]?.int64 == 100)
    #expect(own?["melted"]?.int64 == 100)
    #expect(own?["terms"]?["rate_ppm"]?.int64 == 10_000)
  }

  @Test("an answer that is given again says what it said, though its wallet has melted since")
  func repetition() async throws {
    let stand = try await MeltStand()
    let ledger = stand.ledger
    try await ledger.running { service in
      _ = try await ledger.refill(LedgerFixture.tag, 10_000)
      _ = try await ledger.refill(LedgerFixture.tag, 500, asset: ledger.gift)
      stand.advance(to: Self.october + 40 * Self.day)
      let command = PostTransaction(
        place: ledger.place.uuid,
        body: ledger.body(
          100, from: try await ledger.wallet(LedgerFixture.tag), to: ledger.place.wallet, tag: LedgerFixture.tag,
          asset: ledger.gift))
      let replay = ReplayGuard(place: ledger.place.uuid, key: "k", content: "c")
      let first = try await service.submit(command, guarded: replay)
      #expect(try await service.submit(command, guarded: replay) == first)
      stand.advance(to: Self.october + 70 * Self.day)
      _ = try await stand.pass()
      #expect(try await service.submit(command, guarded: replay) == first)
    }
  }

  @Test("whatever is asked for, it comes to the same with passes between and without any")
  func orders() async throws {
    for seed in 1...2 as ClosedRange<UInt64> {
      let (lazy, eager) = (try await Self.evening(seed, passes: false), try await Self.evening(seed, passes: true))
      #expect(lazy.balances == eager.balances, "seed \(seed)")
      #expect(lazy.balances.contains { $0 > 0 })
      #expect(eager.melted > 0)
      #expect(lazy.melted == eager.melted)
    }
  }

  /// A random evening over months, all of whose money melts quickly.
  private static func evening(_ seed: UInt64, passes: Bool) async throws -> (balances: [Int64], melted: Int64) {
    let evening = try await RandomEvening(seed: seed)
    let ledger = evening.ledger
    let clock: @Sendable () -> LedgerTime = { [weak ledger] in ledger?.time.withLock { $0 } ?? LedgerTime.now() }
    // 2190-01-01: later than the first blocks of assets that the machine's own clock has made.
    ledger.time.withLock { $0 = LedgerTime(microseconds: 6_942_585_600_000_000) }
    let administration = Administration(store: ledger.store, clock: clock)
    // Nobody of the evening spends what it receives: that it may only do once it is posted.
    _ = try await administration.createPlace(name: "Commons")
    for asset in ["Euro du Bar", "Euro du Cafe", "Cadeau"] {
      let change = MeltingChange(rate: 100_000, unit: .day, receiver: "Commons", from: (2190, 1, 3))
      _ = try await administration.setMelting(asset: asset, change)
    }
    let pass = MeltPass(
      store: ledger.store.withClock(clock), melt: { [service = ledger.service] in try await service.submit($0) })
    try await ledger.running { service in
      var evening = evening
      for step in 1...120 {
        ledger.time.withLock { $0 = LedgerTime(microseconds: $0.microseconds + 7 * 3_600_000_000) }
        if passes, step % 3 == 0 { _ = try await pass.run() }
        _ = try? await service.submit(try await evening.command())
      }
      _ = try await pass.run()
    }
    #expect(try await ledger.verdict().breaks == [], "seed \(seed)")
    return try await ledger.store.read { books in
      let rows = try books.rows("SELECT balance FROM tokens ORDER BY balance")
      let melted = try books.row("SELECT coalesce(sum(amount), 0) AS melted FROM melts")
      return (rows.map { $0["balance"] }, melted?["melted"] ?? 0)
    }
  }
}

extension LedgerFixture {
  /// The wallet that a card opens, without the writer.
  func openedWallet(_ tag: String) async throws -> EntityID {
    guard let wallet = try await store.read({ try $0.card(tag: tag)?.wallet }) else { throw Refusal(.cardUnknown) }
    return wallet
  }
}
