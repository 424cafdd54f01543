import FedowProtocol
import Foundation
import GRDB
import Model
import Rules
import Testing

@testable import Ledger

/// One tap at an entrance: "valid member?" and a badge in one posting, for nothing or for a price.
@Suite("Entrances")
struct EntranceTests {
  private func code(_ answer: Answer) throws -> String? { try JSON.parse(answer.body)["code"]?.text }

  @Test("a member enters for nothing: the badge is in the chain, the tap's id makes it once, and no sale is counted")
  func free() async throws {
    let stand = try await MemberStand()
    let id = EntityID.random()
    try await stand.ledger.running { _ in
      _ = try await stand.join()
      let first = try await stand.enter(id: id)
      #expect(first.status == 201)
      let entrance = try JSON.parse(first.body)["entrance"]
      #expect(entrance?["standing"]?.text == "valid")
      #expect(entrance?["instant"]?.text?.hasPrefix("2026-10-31T23:00:00") == true)
      let again = try await stand.enter(id: id)
      #expect(again.status == 200)
      #expect(again.body == first.body)
      let badge = try #require(entrance?["badge"]?.text.flatMap { EntityID($0) })
      let block = try #require(try await stand.store.read { try $0.transaction(badge) }).entry
      #expect(block.action == .badge)
      #expect(block.amount == 0)
      #expect(block.sender == stand.person)
      #expect(try await stand.euros() == 10_000)
      let history = try await LedgerQueries(store: stand.store).history(
        tag: MemberStand.tag, request: HistoryRequest(), place: stand.ledger.place)
      #expect(try JSON.parse(history.body)["entries"]?.elements?.first?["what"]?.text == "badged")
    }
    #expect(try await stand.ledger.verdict().breaks == [])
  }

  @Test("no member, not yet, and no longer: refused with a code, and the answer says since when")
  func refused() async throws {
    let stand = try await MemberStand()
    try await stand.ledger.running { _ in
      let none = try await stand.enter()
      #expect(none.status == 403)
      #expect(try code(none) == "membership_none")
      _ = try await stand.join(start: "2026-10-02T00:00:00+02:00")
      #expect(try code(try await stand.enter()) == "membership_not_begun")
      stand.advance(days: 1)
      #expect(try await stand.enter().status == 201)
      stand.advance(days: 31)
      let expired = try await stand.enter()
      #expect(try code(expired) == "membership_expired")
      let entrance = try JSON.parse(expired.body)["entrance"]
      #expect(entrance?["standing"]?.text == "expired")
      #expect(entrance?["instant"]?.text?.hasPrefix("2026-11-01T23:00:00") == true)
      #expect(try code(try await stand.enter(LedgerFixture.otherTag)) == "membership_none")
      // A card that nobody ever read is nobody's.
      #expect(try code(try await stand.enter("00000000")) == "unknown_card")
    }
    #expect(try await stand.ledger.verdict().breaks == [])
  }

  @Test("with a price: paid and recorded, or neither")
  func priced() async throws {
    let stand = try await MemberStand(euros: 700)
    try await stand.ledger.running { service in
      _ = try await stand.join()
      let id = EntityID.random()
      let paid = try await stand.enter(price: 400, id: id, again: 0)
      #expect(paid.status == 201)
      #expect(try await stand.euros() == 300)
      let poor = try await stand.enter(price: 400, again: 0)
      #expect(try code(poor) == "insufficient_funds")
      let badges = try await stand.store.read { try $0.row("SELECT count(*) FROM entrances")?[0] as Int64? }
      #expect(badges == 1)
      // Taken back: the money returns, and who was not let in may come again at once.
      _ = try await service.submit(
        VoidDebit(
          place: stand.ledger.place.uuid, device: MemberStand.device, debit: id,
          body: ["id": JSON(EntityID.random().text)]))
      #expect(try await stand.euros() == 700)
      #expect(try await stand.enter(price: 400).status == 201)
      #expect(try code(try await stand.enter(price: 100)) == "entered_already")
    }
    #expect(try await stand.ledger.verdict().breaks == [])
  }

  @Test("a card that is passed back waits its time, whichever card of the person it is")
  func passedBack() async throws {
    let stand = try await MemberStand()
    try await stand.ledger.running { _ in
      _ = try await stand.join()
      #expect(try await stand.enter().status == 201)
      stand.ledger.time.withLock { $0 = $0.adding(seconds: 299) }
      #expect(try code(try await stand.enter()) == "entered_already")
      stand.ledger.time.withLock { $0 = $0.adding(seconds: 1) }
      #expect(try await stand.enter().status == 201)
      // A clock that was set back keeps nobody out.
      stand.ledger.time.withLock { $0 = $0.adding(seconds: -60) }
      #expect(try await stand.enter().status == 201)
    }
  }

  @Test("nobody enters by what is no membership, or is another place's, and no such badge is given")
  func foreign() async throws {
    let stand = try await MemberStand()
    let ledger = stand.ledger
    _ = try await stand.administration.createPlace(name: "Cafe")
    let other = try await stand.administration.createAsset(
      place: "Cafe", name: "Carte", currency: "CAR", category: .membership)
    try await ledger.running { service in
      _ = try await stand.join()
      for (membership, badge) in [
        (other.uuid, stand.badge.uuid), (stand.badge.uuid, stand.badge.uuid), (stand.member.uuid, stand.member.uuid),
        (stand.member.uuid, ledger.euro.uuid), (.random(), stand.badge.uuid),
      ] {
        let body: JSON = [
          "id": JSON(EntityID.random().text), "card": JSON(MemberStand.tag), "parts": [],
          "entrance": [
            "memberships": [JSON(membership.text)], "badge": JSON(badge.text), "again_after_s": 300,
          ],
        ]
        let answer = try await service.submit(PostDebit(place: ledger.place.uuid, debit: try DebitRequest(body)))
        #expect(try JSON.parse(answer.body)["code"]?.text == "asset_not_accepted")
      }
    }
  }

  @Test("32 taps of one card at once let one person in")
  func crowd() async throws {
    let stand = try await MemberStand()
    try await stand.ledger.running { _ in
      _ = try await stand.join()
      let entered = try await withThrowingTaskGroup(of: Int.self) { group in
        for _ in 0..<32 { group.addTask { try await stand.enter(price: 100).status } }
        return try await group.reduce(into: 0) { $0 += $1 == 201 ? 1 : 0 }
      }
      #expect(entered == 1)
      #expect(try await stand.euros() == 9_900)
    }
    #expect(try await stand.ledger.verdict().breaks == [])
  }

  @Test("who was let in without the ledger is in: it is recorded how they stood, and only money can be owed")
  func offline() async throws {
    let stand = try await MemberStand(euros: 100)
    try await stand.ledger.running { _ in
      let before = stand.now
      stand.ledger.time.withLock { $0 = $0.adding(seconds: 600) }
      let late = try await stand.enter(offlineAt: before)
      #expect(late.status == 201)
      #expect(try JSON.parse(late.body)["entrance"]?["standing"]?.text == "none")
      let owed = try await stand.enter(price: 200, offlineAt: before)
      #expect(try code(owed) == "insufficient_funds")
      let free = try await stand.enter(LedgerFixture.operatorTag, offlineAt: before)
      #expect(free.status < 500)
      let unsettled = try await stand.store.read { try $0.card(tag: MemberStand.tag)?.unsettled }
      #expect(unsettled == 1)
    }
    #expect(try await stand.ledger.verdict().breaks == [])
  }

  @Test("a debit of nothing that is no entrance stays malformed, and so does an entrance of no membership")
  func malformed() throws {
    let id = JSON(EntityID.random().text)
    for body: JSON in [
      ["id": id, "card": "68B87420", "parts": []],
      ["id": id, "card": "68B87420", "parts": [], "entrance": ["memberships": []]],
      ["id": id, "card": "68B87420", "parts": [], "entrance": ["memberships": ["x"]]],
      ["id": id, "card": "68B87420", "parts": [], "entrance": ["memberships": [id], "again_after_s": -1]],
    ] {
      #expect(throws: Refusal.self) { try DebitRequest(body) }
    }
  }

  @Test(
    "the audit finds an entrance that no debit made, or that no membership allowed",
    arguments: [
      ("UPDATE entrances SET debit = 'x'", "no debit"),
      ("UPDATE entrances SET is_offline = 1", "no debit"),
      ("UPDATE entrances SET standing = 'none'", "no member was let in"),
      ("UPDATE entrances SET badge = membership", "badge"),
      ("UPDATE entrances SET after_sequence = 1", "no such membership"),
    ])
  func tampering(sql: String, reason: String) async throws {
    let stand = try await MemberStand()
    try await stand.ledger.running { _ in
      _ = try await stand.join()
      #expect(try await stand.enter().status == 201)
    }
    #expect(try await stand.ledger.verdict().breaks == [])
    try await stand.ledger.store.pool.writeWithoutTransaction { db in
      try db.execute(sql: "PRAGMA foreign_keys = OFF; DROP TRIGGER entrances_are_final")
      try db.execute(sql: sql)
    }
    let breaks = try await stand.ledger.verdict().breaks
    #expect(breaks.contains { $0.reason.contains(reason) }, "\(breaks)")
  }
}
