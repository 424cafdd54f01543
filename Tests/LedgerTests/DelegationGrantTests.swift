import FedowProtocol
import Model
import Testing

@testable import Ledger

@Suite("What a person may grant")
struct DelegationGrantTests {
  private func grant(_ ledger: LedgerFixture, _ owner: EntityID, _ grantee: JSON) async -> Refusal.Code? {
    await refusal {
      _ = try await ledger.service.submit(GrantDelegation(signer: owner, body: ["grantee": grantee]))
    }
  }

  @Test("a federation may debit by its members alone, and one that there is not is not granted anything")
  func federation() async throws {
    let ledger = try await LedgerFixture()
    let administration = Administration(store: ledger.store)
    let other = try await administration.createPlace(name: "Cafe").place
    let (mine, theirs) = (
      try await administration.createFederation(name: "Quay", places: ["Bar du Port"], assets: []),
      try await administration.createFederation(name: "Hill", places: ["Cafe"], assets: [])
    )
    try await ledger.running { service in
      _ = try await ledger.refill(LedgerFixture.tag, 100)
      let owner = try await ledger.link(LedgerFixture.tag)
      let granted = try await administration.delegations(of: owner.text).elements ?? []
      _ = try await administration.revokeDelegation(try #require(granted.first?["id"]?.text))
      let desk = CardDesk(ledger)
      #expect(await grant(ledger, owner, ["federation": JSON(EntityID.random().text)]) == .notFound)
      #expect(await grant(ledger, owner, ["federation": JSON(other.uuid.text)]) == .notFound)
      #expect(await grant(ledger, owner, ["federation": JSON(theirs.text)]) == nil)
      #expect(try await desk.pay(LedgerFixture.tag, 1) == "no_delegation")
      #expect(await grant(ledger, owner, ["federation": JSON(mine.text)]) == nil)
      #expect(try await desk.pay(LedgerFixture.tag, 1) == nil)
    }
  }

  @Test("a wallet has at most a hundred that stand")
  func limit() async throws {
    let ledger = try await LedgerFixture()
    try await ledger.running { service in
      let owner = try await ledger.link(LedgerFixture.tag)
      // The card's linking granted the first.
      for _ in 1..<100 { #expect(await grant(ledger, owner, ["all": true]) == nil) }
      #expect(await grant(ledger, owner, ["all": true]) == .requestMalformed)
      let standing = try await ledger.store.read { try $0.delegations(of: owner) }
      #expect(standing.count == 100)
      _ = try await service.submit(RevokeDelegation(signer: owner, delegation: try #require(standing.last).id))
      #expect(await grant(ledger, owner, ["all": true]) == nil)
    }
  }
}
