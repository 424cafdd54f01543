import FedowProtocol
import Foundation
import GRDB
import Model
import Rules
import TestKit
import Testing

@testable import Ledger

/// What a wallet's owner allows is what the ledger posts, to the cent.
@Suite("Delegations")
struct DelegationTests {
  private func debit(
    _ ledger: LedgerFixture, _ amount: Int64, tag: String = LedgerFixture.tag, id: EntityID = EntityID.random(),
    delegation: EntityID? = nil, asset: Books.Asset? = nil, device: EntityID? = nil
  ) throws -> PostDebit {
    PostDebit(
      place: ledger.place.uuid, device: device,
      debit: try DebitRequest([
        "id": JSON(id.text), "card": JSON(tag), "delegation": JSON(delegation?.text),
        "parts": [["asset": JSON((asset ?? ledger.euro).uuid.text), "amount": JSON(amount)]],
      ]))
  }

  private func code(_ answer: Answer) throws -> String? { try JSON.parse(answer.body)["code"]?.text }

  private func grant(_ ledger: LedgerFixture, _ owner: EntityID, _ fields: [(String, JSON)]) async throws -> EntityID {
    let body = JSON.object(JSONObject([("grantee", ["place": JSON(ledger.place.uuid.text)])] + fields))
    let answer = try await ledger.service.submit(GrantDelegation(signer: owner, body: body))
    return try #require(try JSON.parse(answer.body)["id"]?.text.flatMap { EntityID($0) })
  }

  private func revokeAll(_ ledger: LedgerFixture, _ owner: EntityID) async throws {
    let all = try await LedgerQueries(store: ledger.store).delegations(owner, now: ledger.time.withLock { $0 })
    for delegation in try JSON.parse(all.body).elements ?? [] {
      let id = try #require(delegation["id"]?.text.flatMap { EntityID($0) })
      _ = try await ledger.service.submit(RevokeDelegation(signer: owner, delegation: id))
    }
  }

  @Test("linking grants; what the owner revoked is refused at once, in the old protocol's shape and in the new")
  func revoke() async throws {
    let ledger = try await LedgerFixture()
    try await ledger.running { service in
      _ = try await ledger.refill(LedgerFixture.tag, 1000)
      let owner = try await ledger.link(LedgerFixture.tag)
      #expect(try await service.submit(try await ledger.sale(10)).status == 201)
      #expect(try await service.submit(try debit(ledger, 10)).status == 201)
      try await revokeAll(ledger, owner)
      let sale = try await ledger.sale(10)
      await #expect(
        throws: Rejection(
          status: 400,
          [
            "non_field_errors": ["The owner of this card has not allowed this place to debit it."],
            "code": "no_delegation",
          ])
      ) { try await service.submit(sale) }
      #expect(try code(try await service.submit(try debit(ledger, 10))) == "no_delegation")
      let stranger = EntityID.random()
      let theirs = try await grant(ledger, owner, [("per_tap", 5)])
      await #expect(throws: Refusal(.notFound, "You have granted no delegation \(theirs).")) {
        try await service.submit(RevokeDelegation(signer: stranger, delegation: theirs))
      }
      #expect(try code(try await service.submit(try debit(ledger, 6))) == "over_tap_limit")
      #expect(try await service.submit(try debit(ledger, 5)).status == 201)
      #expect(try await ledger.balance(LedgerFixture.tag) == 975)
    }
    #expect(try await ledger.verdict().breaks == [])
  }

  @Test("no way leads past the check: a sale that nobody authorised is refused where it would be posted")
  func lastLine() async throws {
    let ledger = try await LedgerFixture()
    let wallet = try await ledger.running { _ in
      _ = try await ledger.refill(LedgerFixture.tag, 100)
      return try await ledger.wallet(LedgerFixture.tag)
    }
    let sale = Posting(
      action: .sale, sender: wallet, receiver: ledger.place.wallet, terms: ledger.euro.terms,
      amount: Amount(minorUnits: 1))
    await #expect(throws: Refusal(.noDelegation)) {
      try await ledger.store.write { books in
        _ = try LedgerWriter(books: books, now: .now(), newID: { EntityID.random() }).post(sale)
      }
    }
  }

  @Test("a delegation is for its assets, its place and its time alone, and may be named")
  func scope() async throws {
    let ledger = try await LedgerFixture()
    try await ledger.running { service in
      _ = try await ledger.refill(LedgerFixture.tag, 1000)
      _ = try await ledger.refill(LedgerFixture.tag, 1000, asset: ledger.gift)
      let owner = try await ledger.link(LedgerFixture.tag)
      try await revokeAll(ledger, owner)
      let now = ledger.time.withLock { $0 }
      let gifts = try await grant(
        ledger, owner,
        [("assets", [JSON(ledger.gift.uuid.text)]), ("until", JSON(now.adding(seconds: 100).wire))])
      #expect(try code(try await service.submit(try debit(ledger, 1))) == "no_delegation")
      #expect(try await service.submit(try debit(ledger, 1, asset: ledger.gift)).status == 201)
      #expect(
        try code(try await service.submit(try debit(ledger, 1, delegation: EntityID.random(), asset: ledger.gift)))
          == "no_delegation")
      #expect(try await service.submit(try debit(ledger, 1, delegation: gifts, asset: ledger.gift)).status == 201)
      ledger.time.withLock { $0 = now.adding(seconds: 100) }
      #expect(try code(try await service.submit(try debit(ledger, 1, asset: ledger.gift))) == "no_delegation")
    }
  }

  @Test("an anonymous card carries its federation's limits, the narrowest where there are several, and no one's beside")
  func issue() async throws {
    let ledger = try await LedgerFixture()
    let administration = Administration(store: ledger.store)
    for (name, limits) in [
      ("A", Delegation.Limits(perTap: 500, perDay: 900)), ("B", Delegation.Limits(perDay: 800)),
    ] {
      _ = try await administration.createFederation(name: name, places: ["Bar du Port"], assets: [])
      _ = try await administration.changeTerms(federation: name) { $0.limits = limits }
    }
    _ = try await administration.changeTerms(federation: nil) { $0.limits = Delegation.Limits(perTap: 1) }
    try await ledger.running { service in
      _ = try await ledger.refill(LedgerFixture.tag, 5000)
      #expect(try code(try await service.submit(try debit(ledger, 501))) == "over_tap_limit")
      #expect(try await service.submit(try debit(ledger, 500)).status == 201)
      #expect(try code(try await service.submit(try debit(ledger, 301))) == "over_day_limit")
      #expect(try await service.submit(try await ledger.sale(300)).status == 201)
      let card = try JSON.parse(
        try await service.submit(ReadKioskCard(place: ledger.place.uuid, tag: LedgerFixture.tag)).body)
      let carried = try #require(card["delegations"]?.elements?.first)
      #expect(carried["source"]?.text == "issue")
      #expect(carried["per_day"]?.int64 == 800)
      #expect(carried["used_today"]?.int64 == 800)
      // Linking takes the terms of that day over, counted afresh under the person's own delegation.
      let owner = try await ledger.link(LedgerFixture.tag)
      #expect(try code(try await service.submit(try debit(ledger, 501))) == "over_tap_limit")
      _ = try await administration.changeTerms(federation: "A") { $0.limits = Delegation.Limits() }
      #expect(try code(try await service.submit(try debit(ledger, 501))) == "over_tap_limit")
      let granted = try JSON.parse(
        try await LedgerQueries(store: ledger.store).delegations(owner, now: ledger.time.withLock { $0 }).body)
      #expect(granted.elements?.map { $0["source"]?.text } == ["link"])
    }
  }

  @Test("the day turns at the local midnight of the delegation's zone, in Paris and on Kiritimati alike")
  func midnight() async throws {
    // 2026-10-25 has 25 hours in Paris: from 1_792_879_200 to 1_792_969_200.
    for (zone, midnight) in [("Europe/Paris", Int64(1_792_969_200)), ("Pacific/Kiritimati", 1_792_836_000)] {
      let ledger = try await LedgerFixture()
      try await ledger.running { service in
        _ = try await ledger.refill(LedgerFixture.tag, 5000)
        let owner = try await ledger.link(LedgerFixture.tag)
        try await revokeAll(ledger, owner)
        _ = try await grant(ledger, owner, [("per_day", 100), ("time_zone", JSON(zone))])
        ledger.time.withLock { $0 = LedgerTime(microseconds: (midnight - 1) * 1_000_000) }
        #expect(try await service.submit(try debit(ledger, 100)).status == 201)
        #expect(try code(try await service.submit(try debit(ledger, 1))) == "over_day_limit")
        ledger.time.withLock { $0 = LedgerTime(microseconds: midnight * 1_000_000) }
        #expect(try await service.submit(try debit(ledger, 100)).status == 201)
        #expect(try code(try await service.submit(try debit(ledger, 1))) == "over_day_limit")
      }
    }
  }

  @Test("64 tills at once take exactly what the day allows, and a void gives it free again")
  func concurrency() async throws {
    let ledger = try await LedgerFixture()
    try await ledger.running { service in
      _ = try await ledger.refill(LedgerFixture.tag, 10_000)
      let owner = try await ledger.link(LedgerFixture.tag)
      try await revokeAll(ledger, owner)
      _ = try await grant(ledger, owner, [("per_day", 1000)])
      let device = EntityID.random()
      let posted = try await withThrowingTaskGroup(of: EntityID?.self) { group in
        for _ in 0..<64 {
          group.addTask {
            let id = EntityID.random()
            return try await service.submit(try debit(ledger, 30, id: id, device: device)).status == 201 ? id : nil
          }
        }
        return try await group.reduce(into: [EntityID]()) { list, id in if let id { list.append(id) } }
      }
      #expect(posted.count == 33)
      #expect(try await ledger.balance(LedgerFixture.tag) == 10_000 - 990)
      for _ in 0..<2 {
        _ = try? await service.submit(
          VoidDebit(
            place: ledger.place.uuid, device: device, debit: posted[0], body: ["id": JSON(EntityID.random().text)]))
      }
      #expect(try code(try await service.submit(try debit(ledger, 41))) == "over_day_limit")
      #expect(try await service.submit(try debit(ledger, 40)).status == 201)
    }
    #expect(try await ledger.verdict().breaks == [])
  }

  @Test("who had linked a card before delegations were stored has one after the migration")
  func migration() async throws {
    let ledger = try await LedgerFixture()
    let path = ledger.directory.appending(path: "old.sqlite").path
    let old = try DatabaseQueue(path: path)
    try LedgerStore.migrator.migrate(old, upTo: "2 policies and audit trail")
    let (user, wallet) = (EntityID.random().text, EntityID.random().text)
    try await old.write { db in
      try db.execute(
        sql: """
          INSERT INTO wallets (uuid, created_at) VALUES ('\(wallet)', 1);
          INSERT INTO users (uuid, email, wallet, created_at) VALUES ('\(user)', 'a@b', '\(wallet)', 2);
          INSERT INTO places (uuid, name, wallet, created_at) VALUES ('\(user)', 'P', '\(wallet)', 3);
          INSERT INTO cards (uuid, first_tag_id, qrcode, number_printed, origin, generation, wallet, user, created_at)
            VALUES ('\(user)', 'AAAAAAAA', '\(user)', '1', '\(user)', 1, '\(wallet)', '\(user)', 4);
          """)
    }
    try old.close()
    let granted = try await LedgerStore(path: path).read { try $0.delegations(of: #require(EntityID(wallet))) }
    #expect(granted.map(\.source) == [.link])
    #expect(granted.map(\.grantee) == [.all])
    #expect(granted.map(\.limits) == [Delegation.Limits()])
  }
}
