import FedowProtocol
import Foundation
import GRDB
import Model
import Testing

@testable import Ledger

@Suite("The life of a card")
struct CardLifeTests {
  private let tag = LedgerFixture.tag

  @Test("a lost card opens nothing for kiosks and tills, is listed, and opens the same again when it is found")
  func lostAndFound() async throws {
    let ledger = try await LedgerFixture()
    let desk = CardDesk(ledger)
    try await ledger.running { service in
      _ = try await ledger.refill(tag, 500)
      let sale = try await ledger.sale(100)
      #expect(try await desk.lost(tag)["state"]?.text == "blocked")
      let sheet = try await desk.lost(tag)
      #expect(sheet["blocked_by"]?.text == "Bar du Port")
      #expect(try await desk.pay(tag, 1) == "blocked_card")
      let wallet = try await ledger.wallet(tag)
      let old: [any LedgerCommand] = [
        sale,
        PostTransaction(place: desk.place, body: ledger.body(1, from: ledger.place.wallet, to: wallet, tag: tag)),
        BadgeCard(place: desk.place, body: try await badge(ledger)),
        RefundCard(
          place: desk.place,
          body: [
            "user_card_firstTagId": JSON(tag), "primary_card_fisrtTagId": JSON(LedgerFixture.operatorTag),
            "action": "RFD",
          ]),
      ]
      for command in old { #expect(await desk.code { try await desk.submit(command) } == "blocked_card") }
      #expect(try await ledger.store.read { try $0.hotlist(since: 0).elements?.count } == 1)
      #expect(try await desk.unblock(tag)["state"]?.text == "usable")
      #expect(try await desk.pay(tag, 100) == nil)
      #expect(try await ledger.balance(tag) == 400)
      #expect(try await desk.audited().filter { $0.hasPrefix("card_") } == ["card_lost", "card_unblocked"])
    }
    #expect(try await ledger.verdict().isSound)
  }

  private func badge(_ ledger: LedgerFixture) async throws -> JSON {
    let asset = try await Administration(store: ledger.store).createAsset(
      place: "Bar du Port", name: "Here", currency: "XXX", category: .badge)
    return [
      "first_tag_id": JSON(tag), "primary_card_firstTagId": JSON(LedgerFixture.operatorTag),
      "asset": JSON(asset.uuid.text),
    ]
  }

  @Test("a card that owes becomes nobody's; one that does not is written down when it does, with what lay on it")
  func linked() async throws {
    let ledger = try await LedgerFixture()
    let desk = CardDesk(ledger)
    try await ledger.running { _ in
      _ = try await ledger.refill(tag, 500)
      let card = try #require(try await ledger.store.read { try $0.card(tag: LedgerFixture.tag) })
      try await ledger.store.write { try $0.addUnsettled(1, card: card.uuid) }
      let link = { JSON(try await ledger.link(LedgerFixture.tag).text) }
      #expect(await desk.code { try await link() } == "card_unsettled")
      #expect(try await ledger.store.read { try $0.card(tag: LedgerFixture.tag)?.user } == nil)
      try await ledger.store.write { try $0.addUnsettled(-1, card: card.uuid) }
      let person = try await link()
      let trail = try await ledger.store.read { try $0.auditTrail(of: ledger.place.uuid, after: 0, limit: 100) }
      let entry = try #require(trail.last)
      #expect(entry.what == "card_linked")
      #expect(entry.detail["tag"]?.text == tag)
      #expect(entry.detail["wallet"] == person)
      #expect(entry.detail["named_by"]?.text == "number")
      let moved = try await ledger.store.read { try $0.transaction(sequence: try $0.lastSequence())?.entry }
      #expect(moved?.action == .fusion)
      #expect(entry.detail["transactions"] == [JSON(moved?.id.text)])
    }
  }

  @Test("no card is changed without an operator's card that works now; an id is answered once and for one request")
  func authorityAndRepetition() async throws {
    let ledger = try await LedgerFixture()
    let desk = CardDesk(ledger)
    try await ledger.running { _ in
      let bodies: [(JSON, String)] = [
        (["id": JSON(EntityID.random().text)], "primary_card_invalid"),
        (["id": JSON(EntityID.random().text), "operator_card": JSON(tag)], "primary_card_invalid"),
        (["operator_card": JSON(LedgerFixture.operatorTag)], "request_malformed"),
      ]
      for (body, code) in bodies {
        #expect(await desk.code { try await desk.submit(BlockCard.lost(tag, by: desk.changer, body: body)) } == code)
      }
      #expect(try await desk.sheet(tag)["state"]?.text == "unused")
      let body = desk.body()
      let first = try await desk.submit(BlockCard.lost(tag, by: desk.changer, body: body))
      _ = try await desk.unblock(tag)
      #expect(try await desk.submit(BlockCard.lost(tag, by: desk.changer, body: body)) == first)
      #expect(try await desk.sheet(tag)["state"]?.text == "unused")
      let conflict = await desk.code {
        try await desk.submit(BlockCard.lost(LedgerFixture.otherTag, by: desk.changer, body: body))
      }
      #expect(conflict == "idempotency_conflict")
    }
  }

  @Test("its holder blocks a card by signature and is the only one to free it, also after the call of old")
  func holder() async throws {
    let ledger = try await LedgerFixture()
    let desk = CardDesk(ledger)
    try await ledger.running { service in
      _ = try await ledger.refill(tag, 500)
      let owner = try await ledger.link(tag)
      #expect(
        await desk.code { try await desk.submit(BlockCard.lost(tag, by: .holder(EntityID.random()), body: [:])) }
          == "unknown_card")
      _ = try await desk.lost(tag)
      let taken = try await desk.submit(BlockCard.lost(tag, by: .holder(owner), body: [:]))
      #expect(taken["blocked_by"]?.text == "holder")
      #expect(await desk.code { try await desk.unblock(tag) } == "not_yours_to_unblock")
      _ = try await desk.submit(BlockCard.unblock(tag, by: .holder(owner), body: [:]))
      #expect(try await desk.pay(tag, 100) == nil)

      let number = try await desk.sheet(tag)["number_printed"] ?? .null
      _ = try await service.submit(LoseCard(signer: owner, body: ["number_printed": number]))
      #expect(try await desk.sheet(tag)["wallet"]?.isNull == true)
      #expect(await desk.code { try await desk.unblock(tag) } == "not_yours_to_unblock")
      _ = try await desk.submit(BlockCard.unblock(tag, by: .holder(owner), body: [:]))
      #expect(try await ledger.balance(tag) == 400)
    }
  }

  @Test("a card's own limits hold beside its holder's delegations, are shown to kiosks, and a void gives back")
  func limits() async throws {
    let ledger = try await LedgerFixture()
    let desk = CardDesk(ledger)
    try await ledger.running { service in
      _ = try await ledger.refill(tag, 5000)
      let owner = try await ledger.link(tag)
      let limit = { (perTap: JSON, perDay: JSON) in
        try await desk.submit(LimitCard(signer: owner, tag: tag, body: ["per_tap": perTap, "per_day": perDay]))
      }
      #expect(try await limit(300, 500)["limits"] == ["per_tap": 300, "per_day": 500])
      #expect(try await desk.pay(tag, 301) == "over_tap_limit")
      let id = EntityID.random()
      #expect(try await desk.submit(try desk.debit(tag, 300, id: id))["code"] == nil)
      #expect(try await desk.pay(tag, 201) == "over_day_limit")
      let shown = try await desk.submit(ReadKioskCard(place: desk.place, tag: tag))["delegations"]?.elements?.first
      #expect(shown?["per_tap"] == 300)
      #expect(shown?["per_day"] == 500)
      #expect(shown?["used_today"] == 300)
      _ = try await service.submit(
        VoidDebit(place: desk.place, device: desk.device, debit: id, body: ["id": JSON(EntityID.random().text)]))
      #expect(try await desk.pay(tag, 300) == nil)
      #expect(await desk.code { try await desk.submit(try await ledger.sale(201)) } == "over_day_limit")
      _ = try await limit(.null, .null)
      #expect(try await desk.pay(tag, 1000) == nil)
    }
  }

  @Test("a card that its origin offers opens a person's wallet only once they confirm; what they revoked stays revoked")
  func bind() async throws {
    let ledger = try await LedgerFixture()
    let desk = CardDesk(ledger)
    try await ledger.running { service in
      _ = try await ledger.refill(tag, 500)
      let owner = try await ledger.link(LedgerFixture.otherTag)
      let link = try await ledger.store.read { try $0.delegations(of: owner)[0].id }
      _ = try await service.submit(RevokeDelegation(signer: owner, delegation: link))
      let bind = { (email: String) in
        try await desk.submit(
          BindCard(tag, by: desk.changer, body: desk.body(JSONObject([("email", JSON(email))]))))
      }
      #expect(await desk.code { try await bind("nobody@test") } == "person_unknown")
      let offered = try await bind("\(owner)@TEST")
      #expect(offered["email_pending"]?.text == "\(owner)@test" && offered["email"] == .null)
      #expect(try await desk.pay(tag, 100) == nil)
      #expect(try await desk.pay(tag, 500) == "insufficient_funds")
      let confirm = { (signer: EntityID) in
        try await desk.submit(ConfirmCard(signer: signer, tag: tag, body: ["id": JSON(EntityID.random().text)]))
      }
      #expect(await desk.code { try await confirm(EntityID.random()) } == "unknown_card")
      let sheet = try await confirm(owner)
      #expect(sheet["wallet"]?.text == owner.text)
      #expect(sheet["email"]?.text == "\(owner)@test" && sheet["email_pending"] == .null)
      #expect(await desk.code { try await confirm(owner) } == "unknown_card")
      #expect(try await ledger.balance(tag) == 400)
      #expect(try await desk.pay(tag, 1) == "no_delegation")
      #expect(await desk.code { try await bind("\(owner)@test") } == "card_in_use")
    }
    #expect(try await ledger.verdict().isSound)
  }

  @Test("whoever issued a blocked card sees where it was tapped; of a card that is free nothing is kept")
  func sightings() async throws {
    let ledger = try await LedgerFixture()
    let desk = CardDesk(ledger)
    try await ledger.running { _ in
      let sighted = { try await desk.submit(SightCard(tag, by: desk.changer, body: $0)) }
      let body: JSON = ["id": JSON(EntityID.random().text), "reader": "left"]
      _ = try await sighted(["id": JSON(EntityID.random().text)])
      _ = try await desk.lost(tag)
      for _ in 0..<2 { #expect(try await sighted(body) == [:]) }
      let queries = LedgerQueries(store: ledger.store)
      let seen = try JSON.parse(try await queries.sightings(place: desk.place, after: 0).body)["sightings"]?.elements
      #expect(seen?.map { $0["tag"]?.text } == [tag])
      #expect(seen?.first?["place"]?.text == "Bar du Port")
      #expect(seen?.first?["reader"]?.text == "left")
      let elsewhere = try await Administration(store: ledger.store).createPlace(name: "Cafe").place.uuid
      #expect(try await queries.sightings(place: elsewhere, after: 0).body == #"{"sightings":[]}"#)
    }
  }
}
