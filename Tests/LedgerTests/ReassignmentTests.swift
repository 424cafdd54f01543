import FedowProtocol
import Foundation
import Model
import Testing

@testable import Ledger

@Suite("A card that takes another's place")
struct ReassignmentTests {
  private let old = LedgerFixture.tag
  private let new = LedgerFixture.otherTag

  @Test("the new card opens the wallet, the old one nothing for ever; the history is one, and no money has moved")
  func reassign() async throws {
    let ledger = try await LedgerFixture()
    let desk = CardDesk(ledger)
    try await ledger.running { service in
      _ = try await ledger.refill(old, 500)
      #expect(try await desk.pay(old, 100) == nil)
      let wallet = try await ledger.wallet(old)
      let last = try await ledger.store.read { try $0.lastSequence() }
      let done = try await desk.reassign(old, to: new)
      #expect(done["from"]?["state"]?.text == "replaced")
      #expect(done["to"]?["wallet"]?.text == wallet.text)
      #expect(done["from"]?["replaced_by"] == done["to"]?["number_printed"])
      #expect(done["to"]?["replaces"] == done["from"]?["number_printed"])
      #expect(try await ledger.store.read { try $0.lastSequence() } == last)
      let refused = try await desk.submit(try desk.debit(old, 1))
      #expect(refused["code"]?.text == "blocked_card")
      #expect(refused["sentence"]?.text?.contains("replaced") == true)
      #expect(try await ledger.store.read { try $0.hotlist(since: 0).elements?.first?["tag"]?.text } == old)
      #expect(try await desk.pay(new, 100) == nil)
      #expect(await desk.code { try await desk.unblock(old) } == "card_replaced")
      let history = try await ledger.store.read { books in
        try books.transactions(of: wallet, offset: 0, limit: 10).page.map { posted in
          try posted.entry.card.flatMap { try books.card($0) }?.firstTagID
        }
      }
      #expect(history == [new, old, old])
      #expect(try await ledger.balance(new) == 300)
    }
    #expect(try await ledger.verdict().isSound)
  }

  @Test("a debit of the old card is voided into the wallet that the new one opens")
  func voidAfterwards() async throws {
    let ledger = try await LedgerFixture()
    let desk = CardDesk(ledger)
    try await ledger.running { service in
      _ = try await ledger.refill(old, 500)
      let id = EntityID.random()
      _ = try await desk.submit(try desk.debit(old, 100, id: id))
      _ = try await desk.reassign(old, to: new)
      _ = try await service.submit(
        VoidDebit(place: desk.place, device: desk.device, debit: id, body: ["id": JSON(EntityID.random().text)]))
      #expect(try await ledger.balance(new) == 500)
    }
  }

  /// Everything that a reassignment touches.
  private func state(_ ledger: LedgerFixture) async throws -> [String] {
    try await ledger.store.read { [old, new] books in
      try ["cards", "primary_cards", "card_days"].flatMap { table in
        try books.rows("SELECT * FROM \(table) ORDER BY 1, 2").map { "\($0)" }
      } + [old, new].map { "\(try books.card(tag: $0)?.isBlocked ?? true)" }
    }
  }

  @Test("an undo restores everything as it was, also a block and an operator's rights")
  func undo() async throws {
    let ledger = try await LedgerFixture()
    let desk = CardDesk(ledger)
    try await ledger.running { service in
      _ = try await ledger.refill(old, 500)
      _ = try await ledger.wallet(new)
      _ = try await Administration(store: ledger.store).setPrimary(tag: old, place: "Bar du Port")
      for isLost in [false, true] {
        if isLost { _ = try await desk.lost(old) }
        let before = try await state(ledger)
        let id = EntityID.random()
        let done = try await desk.reassign(old, to: new, id: id, withPrimary: true)
        #expect(done["to"]?["is_primary"]?.bool == true)
        #expect(try await state(ledger) != before)
        #expect(try await desk.undo(id)["from"]?["state"]?.text == (isLost ? "blocked" : "usable"))
        #expect(try await state(ledger) == before)
        #expect(await desk.code { try await desk.undo(id) } == "too_late")
      }
      #expect(try await desk.audited().suffix(2) == ["card_reassigned", "card_reassign_undone"])
    }
  }

  @Test("it is not undone after 10 minutes, after the new card was used, or by another place")
  func tooLate() async throws {
    let ledger = try await LedgerFixture()
    let desk = CardDesk(ledger)
    try await ledger.running { service in
      _ = try await ledger.refill(old, 500)
      let first = EntityID.random()
      _ = try await desk.reassign(old, to: new, id: first)
      ledger.time.withLock { $0 = $0.adding(seconds: 601) }
      #expect(await desk.code { try await desk.undo(first) } == "too_late")
      ledger.time.withLock { $0 = $0.adding(seconds: -2) }
      let cafe = try await Administration(store: ledger.store).createPlace(name: "Cafe").place
      _ = try await Administration(store: ledger.store).setPrimary(tag: LedgerFixture.operatorTag, place: "Cafe")
      #expect(await desk.code { try await CardDesk(ledger, at: cafe).undo(first) } == "not_found")
      _ = try await ledger.refill(new, 1)
      #expect(await desk.code { try await desk.undo(first) } == "too_late")
    }
  }

  @Test("a person's card moves by their signature, with its limits and what was used of them today")
  func byHolder() async throws {
    let ledger = try await LedgerFixture()
    let desk = CardDesk(ledger)
    try await ledger.running { service in
      _ = try await ledger.refill(old, 500)
      let owner = try await ledger.link(old)
      _ = try await service.submit(LimitCard(signer: owner, tag: old, body: ["per_day": 200]))
      #expect(try await desk.pay(old, 150) == nil)
      #expect(await desk.code { try await desk.reassign(old, to: new) } == "holder_must_sign")
      let number = try await desk.sheet(old)["number_printed"] ?? .null
      _ = try await service.submit(LoseCard(signer: owner, body: ["number_printed": number]))
      let id = EntityID.random()
      let done = try await desk.submit(
        ReassignCard(old, by: .holder(owner), body: ["id": JSON(id.text), "to": JSON(new)]))
      #expect(done["to"]?["limits"]?["per_day"] == 200)
      #expect(try await desk.pay(new, 51) == "over_day_limit")
      _ = try await desk.submit(UndoReassignment(id, by: .holder(owner), body: [:]))
      #expect(try await desk.sheet(old)["blocked_by"]?.text == "holder")
      #expect(try await desk.sheet(new)["state"]?.text == "unused")
    }
  }

  @Test("the preview tells what would move, and says beforehand what the posting would refuse")
  func preview() async throws {
    let ledger = try await LedgerFixture()
    let desk = CardDesk(ledger)
    try await ledger.running { service in
      _ = try await ledger.refill(old, 500)
      let preview = { (to: String) in
        try JSON.parse(
          try await LedgerQueries(store: ledger.store).reassignment(
            from: old, to: to, withPrimary: true, place: desk.place, now: .now()
          ).body)
      }
      let good = try await preview(new)
      #expect(good["is_possible"]?.bool == true)
      #expect(good["moves"]?["balances"]?.elements?.map { $0["balance"]?.int64 } == [500])
      #expect(good["moves"]?["primary_of"] == [])
      let bad = try await preview(LedgerFixture.operatorTag)
      #expect(bad["is_possible"]?.bool == false)
      #expect(bad["code"]?.text == "card_in_use")
      #expect(await desk.code { try await desk.reassign(old, to: LedgerFixture.operatorTag) } == "card_in_use")
    }
  }
}
