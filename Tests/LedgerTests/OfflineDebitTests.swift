import FedowProtocol
import Foundation
import Model
import Testing

@testable import Ledger

/// What was decided without the ledger, and then refused by it.
@Suite("Offline debits")
struct OfflineDebitTests {
  private let device = EntityID.random()

  private func debit(
    _ ledger: LedgerFixture, _ amount: Int64, id: EntityID, back: Int64 = 60, under delegation: EntityID? = nil
  ) throws -> PostDebit {
    let decided = ledger.time.withLock { $0 }.adding(seconds: -back)
    return PostDebit(
      place: ledger.place.uuid, device: device,
      debit: try DebitRequest([
        "id": JSON(id.text), "card": JSON(LedgerFixture.tag), "is_offline": true, "decided_at": JSON(decided.wire),
        "parts": [["asset": JSON(ledger.euro.uuid.text), "amount": JSON(amount)]],
        "delegation": JSON(delegation?.text),
      ]))
  }

  private func settle(_ ledger: LedgerFixture, _ id: EntityID, _ how: String) -> SettleDebit {
    SettleDebit(
      place: ledger.place.uuid, device: device, debit: id,
      body: ["how": JSON(how), "operator_card": JSON(LedgerFixture.operatorTag)])
  }

  private func code(_ work: () async throws -> Answer) async throws -> String? {
    do {
      return try JSON.parse(try await work().body)["code"]?.text
    } catch let refusal as Refusal {
      return refusal.code.rawValue
    } catch let rejection as Rejection {
      return try JSON.parse(rejection.answer.body)["code"]?.text
    }
  }

  private func state(_ ledger: LedgerFixture) async throws -> String? {
    let card = try await ledger.service.submit(ReadKioskCard(place: ledger.place.uuid, tag: LedgerFixture.tag))
    return try JSON.parse(card.body)["state"]?.text
  }

  @Test("nothing is settled but what this place made offline and the ledger refused")
  func notSettled() async throws {
    let ledger = try await LedgerFixture()
    let other = try await Administration(store: ledger.store).createPlace(name: "Cafe").place
    try await ledger.running { service in
      _ = try await ledger.refill(LedgerFixture.tag, 100)
      let (taken, refused) = (EntityID.random(), EntityID.random())
      #expect(try await service.submit(try debit(ledger, 50, id: taken)).status == 201)
      #expect(try await service.submit(try debit(ledger, 150, id: refused)).status == 402)
      for id in [taken, .random()] {
        #expect(try await code { try await service.submit(settle(ledger, id, "forgive")) } == "not_found")
      }
      let stranger = SettleDebit(place: other.uuid, device: device, debit: refused, body: ["how": "forgive"])
      #expect(try await code { try await service.submit(stranger) } == "not_found")
      #expect(try await state(ledger) == "unsettled")
    }
  }

  @Test("one that does not say when it was decided, or whose parts are too much to be counted, is none")
  func malformed() throws {
    let asset = { (amount: Int64) -> JSON in ["asset": JSON(EntityID.random().text), "amount": JSON(amount)] }
    let request = { (isOffline: Bool, parts: [JSON]) in
      try DebitRequest([
        "id": JSON(EntityID.random().text), "card": JSON(LedgerFixture.tag), "is_offline": .bool(isOffline),
        "parts": .array(parts),
      ])
    }
    _ = try request(false, [asset(1)])
    let undated = #expect(throws: Refusal.self) { try request(true, [asset(1)]) }
    #expect(undated?.code == .requestMalformed)
    let most = Amount.largest.minorUnits
    _ = try request(false, [asset(most - 1), asset(1)])
    for parts in [[asset(most), asset(1)], [asset(.max), asset(1)]] {
      let uncounted = #expect(throws: Refusal.self) { try request(false, parts) }
      #expect(uncounted?.code == .amountInvalid)
    }
  }

  @Test("a refused one marks its card everywhere until it is posted or forgiven, and stands on the place's report")
  func unsettled() async throws {
    let ledger = try await LedgerFixture()
    let queries = LedgerQueries(store: ledger.store)
    try await ledger.running { service in
      _ = try await ledger.refill(LedgerFixture.tag, 100)
      let (first, second) = (EntityID.random(), EntityID.random())
      #expect(try await service.submit(try debit(ledger, 150, id: first)).status == 402)
      #expect(try await code { try await service.submit(try debit(ledger, 10, id: second)) } == "card_unsettled")
      #expect(try await state(ledger) == "unsettled")
      let sale = try await ledger.sale(1)
      #expect(try await code { try await service.submit(sale) } == "card_unsettled")
      let refund = RefundCard(
        place: ledger.place.uuid,
        body: [
          "user_card_firstTagId": JSON(LedgerFixture.tag), "primary_card_fisrtTagId": JSON(LedgerFixture.operatorTag),
          "action": "RFD",
        ])
      #expect(try await code { try await service.submit(refund) } == "card_unsettled")
      let report = try JSON.parse(try await queries.unsettled(place: ledger.place.uuid).body).elements ?? []
      #expect(report.map { $0["debit"]?.text } == [first.text, second.text])
      #expect(report.map { $0["code"]?.text } == ["insufficient_funds", "card_unsettled"])
      #expect(report.map { $0["amount"]?.int64 } == [150, 10])

      // Too little still; then the card is filled, which it may be, and both are settled.
      #expect(try await code { try await service.submit(settle(ledger, first, "retry")) } == "insufficient_funds")
      _ = try await ledger.refill(LedgerFixture.tag, 100)
      #expect(try await service.submit(settle(ledger, first, "retry")).status == 201)
      #expect(try await service.submit(settle(ledger, first, "retry")).status == 200)
      #expect(try await code { try await service.submit(settle(ledger, first, "forgive")) } == "already_settled")
      #expect(try await state(ledger) == "unsettled")
      #expect(try await service.submit(settle(ledger, second, "forgive")).status == 200)
      #expect(try await state(ledger) == "usable")
      #expect(try await ledger.balance(LedgerFixture.tag) == 50)
      // The tap itself, sent once more, is answered as it stands, and debits nothing more.
      #expect(try await service.submit(try debit(ledger, 150, id: first)).status == 200)
      #expect(try await ledger.balance(LedgerFixture.tag) == 50)
      let list = try JSON.parse(try await queries.hotlist(since: 1, wait: .zero, now: LedgerTime.now).body)
      #expect(list["entries"]?.elements?.map { $0["state"]?.text } == ["usable"])
      let trail = try await ledger.store.read { try $0.auditTrail(of: ledger.place.uuid, after: 0, limit: 100) }
      #expect(trail.map(\.what).suffix(3) == ["refilled", "settled", "forgiven"])
      #expect(trail.last?.operatorCard == LedgerFixture.operatorTag)
    }
    #expect(try await ledger.verdict().breaks == [])
  }

  @Test("what was taken while a card was nobody's is paid by whom it was linked to since, who lets it be")
  func linkedSince() async throws {
    let ledger = try await LedgerFixture()
    try await ledger.running { service in
      _ = try await ledger.refill(LedgerFixture.tag, 100)
      let issue = try await ledger.wallet(LedgerFixture.tag)
      let owner = try await ledger.link(LedgerFixture.tag)
      #expect(try await service.submit(try debit(ledger, 60, id: .random(), under: issue)).status == 201)
      #expect(try await ledger.balance(LedgerFixture.tag) == 40)
      for delegation in try await ledger.store.read({ try $0.delegations(of: owner) }) {
        _ = try await service.submit(RevokeDelegation(signer: owner, delegation: delegation.id))
      }
      let late = try debit(ledger, 1, id: .random(), under: issue)
      #expect(try await code { try await service.submit(late) } == "no_delegation")
    }
  }

  @Test("what a person's delegation did not let be taken any more is settled under what they let be taken now")
  func settledUnderAnother() async throws {
    let ledger = try await LedgerFixture()
    try await ledger.running { service in
      _ = try await ledger.refill(LedgerFixture.tag, 100)
      let owner = try await ledger.link(LedgerFixture.tag)
      let id = EntityID.random()
      let revoked = try #require(try await ledger.store.read { try $0.delegations(of: owner).first?.id })
      _ = try await service.submit(RevokeDelegation(signer: owner, delegation: revoked))
      let late = try debit(ledger, 60, id: id, under: revoked)
      #expect(try await code { try await service.submit(late) } == "no_delegation")
      #expect(try await code { try await service.submit(settle(ledger, id, "retry")) } == "no_delegation")
      _ = try await service.submit(GrantDelegation(signer: owner, body: ["grantee": ["all": true]]))
      // The tap itself stays refused; only who settles it asks anew.
      #expect(try await code { try await service.submit(late) } == "no_delegation")
      #expect(try await service.submit(settle(ledger, id, "retry")).status == 201)
      #expect(try await ledger.balance(LedgerFixture.tag) == 40)
      #expect(try await state(ledger) == "usable")
    }
    #expect(try await ledger.verdict().breaks == [])
  }

  @Test("a void of a refused one frees the card at once, for the goods came back")
  func voidOfRefused() async throws {
    let ledger = try await LedgerFixture()
    try await ledger.running { service in
      _ = try await ledger.refill(LedgerFixture.tag, 100)
      let (id, void) = (EntityID.random(), EntityID.random())
      #expect(try await service.submit(try debit(ledger, 150, id: id)).status == 402)
      let order = { (device: EntityID) in
        VoidDebit(
          place: ledger.place.uuid, device: device, debit: id, body: ["id": JSON(void.text), "reason": "voided"])
      }
      #expect(try await state(ledger) == "unsettled")
      let answer = try await service.submit(order(device))
      #expect(answer.status == 201)
      #expect(try await state(ledger) == "usable")
      #expect(try await service.submit(order(device)) == answer)
      #expect(try await ledger.balance(LedgerFixture.tag) == 100)
      #expect(try await code { try await service.submit(settle(ledger, id, "retry")) } == "already_settled")
    }
    #expect(try await ledger.verdict().breaks == [])
  }

  @Test("a void of one that was forgiven by hand is done: a till goes on holding the card for a void that is refused")
  func voidOfForgiven() async throws {
    let ledger = try await LedgerFixture()
    try await ledger.running { service in
      let id = EntityID.random()
      #expect(try await service.submit(try debit(ledger, 150, id: id)).status == 402)
      #expect(try await service.submit(settle(ledger, id, "forgive")).status == 200)
      let order = { (void: EntityID) in
        VoidDebit(place: ledger.place.uuid, device: device, debit: id, body: ["id": JSON(void.text)])
      }
      let void = EntityID.random()
      let answer = try await service.submit(order(void))
      #expect(answer.status == 201)
      #expect(try await service.submit(order(void)) == answer)
      #expect(try await code { try await service.submit(order(.random())) } == "already_voided")
      // It owed once, and is free once.
      #expect(try await ledger.store.read { try $0.card(tag: LedgerFixture.tag)?.unsettled } == 0)
    }
    #expect(try await ledger.verdict().breaks == [])
  }

  @Test("it counts in the local day in which it was decided, not in that of its posting")
  func localDay() async throws {
    let ledger = try await LedgerFixture()
    let administration = Administration(store: ledger.store)
    _ = try await administration.changeTerms(federation: nil) {
      $0.limits = Delegation.Limits(perDay: 100)
      $0.timeZone = "Europe/Paris"
    }
    try await ledger.running { service in
      _ = try await ledger.refill(LedgerFixture.tag, 1000)
      // An hour after midnight in Paris.
      ledger.time.withLock { $0 = LedgerTime(microseconds: 1_792_972_800_000_000) }
      #expect(try await service.submit(try debit(ledger, 100, id: EntityID.random(), back: 7200)).status == 201)
      #expect(try await service.submit(try debit(ledger, 100, id: EntityID.random(), back: 60)).status == 201)
      #expect(
        try await code { try await service.submit(try debit(ledger, 1, id: EntityID.random(), back: 7200)) }
          == "over_day_limit")
    }
  }

  @Test("an operator's card that is locked, expired, revoked or lost opens nothing, and its place can tell why")
  func operatorCards() async throws {
    let ledger = try await LedgerFixture()
    let administration = Administration(store: ledger.store)
    try await ledger.running { service in
      _ = try await ledger.refill(LedgerFixture.tag, 1000)
      let change = { (body: JSON) in
        ChangeOperatorCard(place: ledger.place.uuid, device: nil, tag: LedgerFixture.operatorTag, body: body)
      }
      let pay = {
        PostDebit(
          place: ledger.place.uuid,
          debit: try DebitRequest([
            "id": JSON(EntityID.random().text), "card": JSON(LedgerFixture.tag),
            "primary_card": JSON(LedgerFixture.operatorTag),
            "parts": [["asset": JSON(ledger.euro.uuid.text), "amount": 1]],
          ]))
      }
      _ = try await service.submit(change(["locked": true]))
      let sale = try await ledger.sale(1)
      await #expect(throws: Rejection(field: "primary_card_fisrtTagId", "Carte primaire non valide")) {
        try await service.submit(sale)
      }
      #expect(try await code { try await service.submit(try pay()) } == "operator_card_locked")
      let now = ledger.time.withLock { $0 }
      _ = try await service.submit(change(["locked": false, "until": JSON(now.adding(seconds: 10).wire)]))
      #expect(try await service.submit(sale).status == 201)
      ledger.time.withLock { $0 = now.adding(seconds: 10) }
      #expect(try await code { try await service.submit(try pay()) } == "operator_card_expired")
      _ = try await service.submit(change(["until": nil]))
      #expect(try await service.submit(try pay()).status == 201)
      try await ledger.store.write { books in
        guard let card = try books.card(tag: LedgerFixture.operatorTag) else { throw Refusal(.cardUnknown) }
        try books.block(card: card.uuid)
      }
      #expect(try await code { try await service.submit(try pay()) } == "blocked_card")
      await #expect(throws: Rejection(field: "primary_card_fisrtTagId", "Carte primaire non valide")) {
        try await service.submit(sale)
      }
      _ = try await administration.revokePrimary(tag: LedgerFixture.operatorTag, place: "Bar du Port")
      #expect(try await code { try await service.submit(try pay()) } == "primary_card_invalid")
    }
  }
}
