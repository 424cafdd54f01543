import FedowProtocol
import GRDB
import Model
import Rules
import Testing

@testable import Ledger

@Suite("Terms of melting")
struct MeltingTermsTests {
  private static let october = MeltStand.october
  private static let day = MeltStand.day

  @Test("terms hold for the future only, for money only, and go to a wallet that is there")
  func refusals() async throws {
    let stand = try await MeltStand()
    stand.advance(to: Self.october + 5 * Self.day)
    await #expect(throws: Refusal.self) { _ = try await stand.set(rate: 1, from: (2026, 10, 6)) }
    _ = try await stand.set(rate: 1, from: (2026, 10, 7))
    await #expect(throws: Refusal.self) { _ = try await stand.set(rate: 1_000_001, from: (2027, 1, 1)) }
    await #expect(throws: Refusal.self) { _ = try await stand.set(rate: 1, to: "Nowhere", from: (2027, 1, 1)) }
    await #expect(throws: Refusal.self) { _ = try await stand.set(rate: 1, from: (2027, 2, 29)) }
    _ = try await stand.administration.createAsset(
      place: "Bar du Port", name: "Member", currency: "MEM", category: .membership)
    await #expect(throws: Refusal.self) { _ = try await stand.set(rate: 1, asset: "Member", from: (2027, 1, 1)) }
    let made = try await stand.administration.melting(asset: "Euro du Bar").first?.terms
    #expect(made?.map(\.rate) == [10_000, 1])
    // Not even a person with the file in hand changes terms without being noticed by its triggers.
    await #expect(throws: (any Error).self) {
      try await stand.ledger.store.write { try $0.execute("UPDATE melting_terms SET rate = 0") }
    }
  }

  @Test("the federated money melts only when every federation's terms let it")
  func federated() async throws {
    let stand = try await MeltStand()
    let name = "Primary Asset"
    await #expect(throws: Refusal.self) { _ = try await stand.set(rate: 1, asset: name) }
    for federation in ["Quay", "Hill"] {
      _ = try await stand.administration.createFederation(name: federation, places: [], assets: [])
    }
    try await stand.administration.letFederatedMelt(true, federation: "Quay")
    await #expect(throws: Refusal.self) { _ = try await stand.set(rate: 1, asset: name) }
    try await stand.administration.letFederatedMelt(true, federation: "Hill")
    _ = try await stand.set(rate: 1, asset: name)
    try await stand.administration.letFederatedMelt(false, federation: "Hill")
    await #expect(throws: Refusal.self) { _ = try await stand.set(rate: 1, asset: name) }
  }

  @Test("what was due by old terms is taken by them, though it is posted under new ones")
  func versions() async throws {
    let stand = try await MeltStand()
    try await stand.ledger.running { service in
      _ = try await stand.ledger.refill(LedgerFixture.tag, 10_000)
      _ = try await stand.set(rate: 500_000, from: (2026, 11, 1))
      stand.advance(to: Self.october + 70 * Self.day)
      #expect(try await stand.balance() == 4_950)
      _ = try await service.submit(try await stand.ledger.sale(50))
    }
    #expect(try await stand.received() == 5_050)
    #expect(try await stand.ledger.verdict().breaks == [])
  }

  @Test("what melts next is listed by what is largest, or of one wallet")
  func preview() async throws {
    let stand = try await MeltStand(floor: 1_000)
    try await stand.ledger.running { _ in
      _ = try await stand.ledger.refill(LedgerFixture.tag, 10_000)
      _ = try await stand.ledger.refill(LedgerFixture.otherTag, 20_000)
      _ = try await stand.ledger.refill(LedgerFixture.operatorTag, 900)
    }
    let all = try await stand.administration.meltingPreview(wallet: nil, limit: 50)
    #expect(all.elements?.map { $0["next"]?.int64 } == [190, 90])
    let one = try await stand.administration.meltingPreview(wallet: LedgerFixture.operatorTag, limit: 1)
    #expect(one.elements?.map { $0["next"] } == [.null])
    let basis = try await stand.administration.meltingBasis(asset: "Euro du Bar", unit: .month)
    #expect(basis.balances.sorted() == [900, 10_000, 20_000])
  }

  /// Each is a way in which the melting goes wrong, and a word of what the audit must say of it.
  @Test(
    "the audit recomputes each melting and misses none",
    arguments: [
      ("UPDATE melts SET amount = amount + 1", "by its terms"),
      ("UPDATE melts SET period_end = period_end + 1", "by its terms"),
      ("UPDATE melts SET least = least + 1", "by its terms"),
      ("DELETE FROM melts", "were due before it"),
      ("DELETE FROM melts", "is not listed"),
      ("UPDATE melts SET sequence = sequence + 1000", "no transaction"),
      ("UPDATE melting_terms SET rate = rate + 1000", "by its terms"),
      ("DELETE FROM melting_terms", "no terms"),
      ("UPDATE melting_marks SET until = until + 10000000000000", "marked"),
    ])
  func audit(tampering: String, reason: String) async throws {
    let stand = try await MeltStand()
    try await stand.ledger.running { service in
      _ = try await stand.ledger.refill(LedgerFixture.tag, 10_000)
      stand.advance(to: Self.october + 40 * Self.day)
      _ = try await service.submit(try await stand.ledger.sale(100))
    }
    #expect(try await stand.ledger.verdict().isSound)
    try await stand.ledger.store.pool.writeWithoutTransaction { db in
      try db.execute(sql: "DROP TRIGGER melting_terms_are_final; DROP TRIGGER melting_terms_stay")
      try db.execute(sql: tampering)
    }
    let breaks = try await stand.ledger.verdict().breaks
    #expect(breaks.contains { $0.reason.contains(reason) }, "\(breaks)")
  }
}
