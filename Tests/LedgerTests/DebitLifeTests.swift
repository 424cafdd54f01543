import FedowProtocol
import Foundation
import GRDB
import Model
import Testing

@testable import Ledger

/// A debit's id: decided once, taken back once, settled once.
@Suite("The life of a debit")
struct DebitLifeTests {
  private let device = EntityID.random()

  private func debit(
    _ ledger: LedgerFixture, _ amount: Int64, id: EntityID = EntityID.random(), gift: Int64 = 0,
    tag: String = LedgerFixture.tag, decided: LedgerTime? = nil
  ) throws -> PostDebit {
    var parts: [JSON] = [["asset": JSON(ledger.euro.uuid.text), "amount": JSON(amount)]]
    if gift > 0 { parts.append(["asset": JSON(ledger.gift.uuid.text), "amount": JSON(gift)]) }
    var body = JSONObject([("id", JSON(id.text)), ("card", JSON(tag)), ("parts", .array(parts))])
    if let decided {
      body["is_offline"] = true
      body["decided_at"] = JSON(decided.wire)
    }
    return PostDebit(place: ledger.place.uuid, device: device, debit: try DebitRequest(.object(body)))
  }

  private func void(
    _ ledger: LedgerFixture, _ debit: EntityID, id: EntityID = EntityID.random(), device: EntityID? = nil
  ) -> VoidDebit {
    VoidDebit(
      place: ledger.place.uuid, device: device ?? self.device, debit: debit,
      body: ["id": JSON(id.text), "operator_card": nil, "reason": "wrong button"])
  }

  private func code(_ work: () async throws -> Answer) async throws -> String? {
    do {
      return try JSON.parse(try await work().body)["code"]?.text
    } catch let refusal as Refusal {
      return refusal.code.rawValue
    }
  }

  @Test("a window that was set before it was bounded, longer than time can be counted, is no end of the ledger")
  func endlessWindow() async throws {
    let ledger = try await LedgerFixture()
    try await ledger.store.write { books in
      var policy = try books.policy(of: ledger.place.uuid)
      policy.voidWindow = .max
      try books.set(policy, of: ledger.place.uuid)
    }
    try await ledger.running { service in
      _ = try await ledger.refill(LedgerFixture.tag, 10)
      let id = EntityID.random()
      _ = try await service.submit(try debit(ledger, 10, id: id))
      #expect(try await service.submit(void(ledger, id)).status == 201)
    }
  }

  @Test("a refusal is final: the same id is refused again when the money is there, other ids are not")
  func refusalIsFinal() async throws {
    let ledger = try await LedgerFixture()
    try await ledger.running { service in
      _ = try await ledger.refill(LedgerFixture.tag, 10)
      let id = EntityID.random()
      let first = try await service.submit(try debit(ledger, 100, id: id))
      _ = try await ledger.refill(LedgerFixture.tag, 100)
      let again = try await service.submit(try debit(ledger, 100, id: id))
      #expect(first.status == 402)
      #expect(first == again)
      #expect(try await code { try await service.submit(try debit(ledger, 101, id: id)) } == "idempotency_conflict")
      let report = try await LedgerQueries(store: ledger.store).debit(id: id, place: ledger.place.uuid)
      #expect(try JSON.parse(report.body)["state"]?.text == "refused")
      #expect(try await ledger.balance(LedgerFixture.tag) == 110)
      #expect(try await service.submit(try debit(ledger, 100)).status == 201)
    }
  }

  @Test("a void gives every part back, once, and says the same again; the two are linked both ways")
  func void() async throws {
    let ledger = try await LedgerFixture()
    try await ledger.running { service in
      _ = try await ledger.refill(LedgerFixture.tag, 500)
      _ = try await ledger.refill(LedgerFixture.tag, 100, asset: ledger.gift)
      let id = EntityID.random()
      let undo = EntityID.random()
      let receipt = try JSON.parse(try await service.submit(try debit(ledger, 300, id: id, gift: 50)).body)
      let first = try await service.submit(void(ledger, id, id: undo))
      let again = try await service.submit(void(ledger, id, id: undo))
      #expect(first.status == 201)
      #expect(first == again)
      #expect(try await code { try await service.submit(void(ledger, id)) } == "already_voided")
      #expect(try await ledger.balance(LedgerFixture.tag) == 500)
      #expect(try await ledger.balance(LedgerFixture.tag, of: ledger.gift) == 100)
      let reverses = try JSON.parse(first.body)["transactions"]?.elements ?? []
      #expect(
        reverses.compactMap { $0["voids"]?.text }
          == (receipt["transactions"]?.elements ?? []).compactMap { $0["uuid"]?.text })
      let report = try JSON.parse(
        try await LedgerQueries(store: ledger.store).debit(id: id, place: ledger.place.uuid).body)
      #expect(report["state"]?.text == "voided")
      #expect(report["void"]?["id"]?.text == undo.text)
      // The tap itself, sent again, still gets its receipt and debits nothing.
      #expect(try await service.submit(try debit(ledger, 300, id: id, gift: 50)).status == 200)
      #expect(try await ledger.balance(LedgerFixture.tag) == 500)
    }
    #expect(try await ledger.verdict().breaks == [])
  }

  @Test("only the till that debited takes back, within the window, what is posted and still there")
  func voidRefused() async throws {
    let ledger = try await LedgerFixture()
    try await ledger.running { service in
      _ = try await ledger.refill(LedgerFixture.tag, 500)
      let id = EntityID.random()
      _ = try await service.submit(try debit(ledger, 100, id: id))
      #expect(try await code { try await service.submit(void(ledger, EntityID.random())) } == "not_found")
      #expect(
        try await code { try await service.submit(void(ledger, id, device: EntityID.random())) } == "void_not_yours")
      // What the place received was paid out in euros since: it cannot go below nothing.
      _ = try await service.submit(
        DepositInBank(
          place: ledger.place.uuid,
          body: ["wallet_to_deposit": JSON(ledger.place.wallet.text), "asset": JSON(ledger.euro.uuid.text)]))
      #expect(try await code { try await service.submit(void(ledger, id)) } == "void_not_covered")
      _ = try await service.submit(try debit(ledger, 100))
      ledger.time.withLock { $0 = $0.adding(seconds: 601) }
      #expect(try await code { try await service.submit(void(ledger, id)) } == "void_too_late")
      #expect(try await ledger.balance(LedgerFixture.tag) == 300)
    }
    #expect(try await ledger.verdict().breaks == [])
  }

  @Test("two voids at once give the money back once")
  func concurrentVoids() async throws {
    let ledger = try await LedgerFixture()
    let done = try await ledger.running { service in
      _ = try await ledger.refill(LedgerFixture.tag, 500)
      let id = EntityID.random()
      _ = try await service.submit(try debit(ledger, 100, id: id))
      return await withTaskGroup(of: Int.self) { group in
        for _ in 0..<16 {
          group.addTask { (try? await service.submit(void(ledger, id))) == nil ? 0 : 1 }
        }
        return await group.reduce(0, +)
      }
    }
    #expect(done == 1)
    #expect(try await ledger.balance(LedgerFixture.tag) == 500)
    #expect(try await ledger.verdict().breaks == [])
  }

  /// What becomes of a card between a debit and its void.
  enum Since: CaseIterable { case linked, linkedWhenEmpty, freed, freedAndLinked }

  @Test(
    "a void finds the wallet that the payer's was joined to since; who has a card that was freed since is not paid",
    arguments: Since.allCases)
  func voidAfterLink(since: Since) async throws {
    let ledger = try await LedgerFixture()
    let (tag, isFreed) = (LedgerFixture.tag, since == .freed || since == .freedAndLinked)
    try await ledger.running { service in
      _ = try await ledger.refill(tag, 500)
      let id = EntityID.random()
      _ = try await service.submit(try debit(ledger, since == .linkedWhenEmpty ? 500 : 100, id: id, tag: tag))
      if isFreed {
        _ = try await service.submit(
          RefundCard(
            place: ledger.place.uuid,
            body: [
              "user_card_firstTagId": JSON(tag), "primary_card_fisrtTagId": JSON(LedgerFixture.operatorTag),
              "action": "VID",
            ]))
      }
      if since != .freed { _ = try await ledger.link(tag) }
      let refusal = try await code { try await service.submit(void(ledger, id)) }
      #expect(refusal == (isFreed ? "void_not_covered" : nil))
      #expect(try await ledger.balance(tag) ?? 0 == (isFreed ? 0 : 500))
    }
    #expect(try await ledger.verdict().breaks == [])
  }

  @Test("a kiosk whose clock is ahead is told so, and nothing is kept; one that was away too long is refused for good")
  func clocks() async throws {
    let ledger = try await LedgerFixture()
    try await ledger.running { service in
      _ = try await ledger.refill(LedgerFixture.tag, 500)
      let now = ledger.time.withLock { $0 }
      let id = EntityID.random()
      let ahead = try debit(ledger, 1, id: id, decided: now.adding(seconds: 301))
      #expect(try await code { try await service.submit(ahead) } == "clock_wrong")
      ledger.time.withLock { $0 = now.adding(seconds: 1) }
      #expect(try await service.submit(ahead).status == 201)
      let late = try debit(ledger, 1, decided: now.adding(seconds: -7 * 86_400))
      #expect(try await code { try await service.submit(late) } == "debit_too_old")
      #expect(try await ledger.balance(LedgerFixture.tag) == 499)
    }
  }

  @Test("a debit from before refusals were kept is known by its id as it was")
  func migration() async throws {
    let ledger = try await LedgerFixture()
    let path = ledger.directory.appending(path: "old.sqlite").path
    let old = try DatabaseQueue(path: path)
    try LedgerStore.migrator.migrate(old, upTo: "2 tables that only grow at their end")
    let (place, id, asset) = (EntityID.random(), EntityID.random(), EntityID.random())
    let request = { (amount: Int64) in
      try DebitRequest([
        "id": JSON(id.text), "card": "AAAAAAAA", "parts": [["asset": JSON(asset.text), "amount": JSON(amount)]],
      ])
    }
    let key = ReplyKey(place: place, key: "debit:\(id)")
    let body = #"{"id":"\#(id)","card":"AAAAAAAA","transactions":[{"amount":5}],"balances":[]}"#
    let content = ReplyKey.digest(try request(5).content)
    try await old.write { db in
      try db.execute(sql: "INSERT INTO wallets (uuid, created_at) VALUES (?, 1)", arguments: [place.text])
      try db.execute(
        sql: "INSERT INTO places (uuid, name, wallet, created_at) VALUES (?, 'P', ?, 1)",
        arguments: [place.text, place.text])
      try db.execute(
        sql: "INSERT INTO answers (fingerprint, key, content, status, body, created_at) VALUES (?, ?, ?, 201, ?, 7)",
        arguments: [key.fingerprint, key.digest, content, body])
    }
    try old.close()
    let store = try LedgerStore(path: path)
    let post = { (amount: Int64) in
      let command = PostDebit(place: place, debit: try request(amount))
      return try await store.write { books in
        try command.perform(LedgerWriter(books: books, now: .now(), newID: { EntityID.random() }))
      }
    }
    #expect(try await post(5).status == 200)
    #expect(try await code { try await post(6) } == "idempotency_conflict")
    let report = try JSON.parse(try await LedgerQueries(store: store).debit(id: id, place: place).body)
    #expect(report["state"]?.text == "posted")
    #expect(report["card"]?.text == "AAAAAAAA")
  }
}
