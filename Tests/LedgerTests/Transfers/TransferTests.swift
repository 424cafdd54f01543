import FedowProtocol
import Foundation
import GRDB
import Model
import Rules
import Testing

@testable import Ledger

/// What a person gives arrives once, with their signature under it, and nobody learns more than they must.
@Suite("Transfers between people")
struct TransferTests {
  @Test("a transfer moves the money once; the same id again gets the same answer, another request under it a conflict")
  func once() async throws {
    let stand = try await TransferStand()
    let id = EntityID.random()
    try await stand.ledger.running { service in
      let first = try await stand.give(1_250, id: id, comment: "for the bread")
      #expect(first.status == 201)
      let again = try await stand.give(1_250, id: id, comment: "for the bread")
      #expect(again.status == 200)
      #expect(again.body == first.body)
      await #expect(throws: Refusal(.idempotencyConflict)) { try await stand.give(1_251, id: id) }
      #expect(try JSON.parse(first.body)["balance"]?["after"]?.int64 == 8_750)
    }
    #expect(try await stand.balance(stand.alice) == 8_750)
    #expect(try await stand.balance(stand.bob) == 1_250)
    #expect(try await stand.ledger.verdict().breaks == [])
  }

  @Test("64 submissions of one transfer at once move it once, and 64 transfers no more than the day allows")
  func concurrency() async throws {
    let stand = try await TransferStand()
    try await stand.limits(Delegation.Limits(perDay: 1_000))
    let id = EntityID.random()
    try await stand.ledger.running { _ in
      let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
        for _ in 0..<64 { group.addTask { try await stand.give(100, id: id).status } }
        return try await group.reduce(into: []) { $0.append($1) }
      }
      #expect(statuses.count { $0 == 201 } == 1)
      #expect(statuses.count { $0 == 200 } == 63)
      let posted = try await withThrowingTaskGroup(of: Int.self) { group in
        for _ in 0..<64 { group.addTask { try await stand.give(70).status } }
        return try await group.reduce(into: 0) { $0 += $1 == 201 ? 1 : 0 }
      }
      #expect(posted == 12)
    }
    #expect(try await stand.balance(stand.bob) == 100 + 12 * 70)
    #expect(try await stand.ledger.verdict().breaks == [])
  }

  @Test("a refusal is final for its id, whatever comes later")
  func final() async throws {
    let stand = try await TransferStand(euros: 100)
    let id = EntityID.random()
    try await stand.ledger.running { _ in
      #expect(try stand.code(try await stand.give(101, id: id)) == "insufficient_funds")
      _ = try await stand.ledger.refill(TransferStand.aliceTag, 1)
      #expect(try stand.code(try await stand.give(101, id: id)) == "insufficient_funds")
      #expect(try await stand.give(101).status == 201)
      let asked = try await LedgerQueries(store: stand.ledger.store).transfer(id, of: stand.alice)
      #expect(try JSON.parse(asked.body)["state"]?.text == "refused")
    }
  }

  @Test("money is given, gifts and points where their federation says so, memberships and badges never")
  func kinds() async throws {
    let stand = try await TransferStand()
    let ledger = stand.ledger
    #expect(TransferTerms(categories: Set(AssetCategory.allCases)).categories.isDisjoint(with: [.membership, .badge]))
    let member = try await stand.administration.createAsset(
      place: "Bar du Port", name: "Adhésion", currency: "ADH", category: .membership)
    try await ledger.running { service in
      #expect(try stand.code(try await stand.give(1, asset: ledger.gift)) == "transfer_not_offered")
      _ = try await stand.administration.changeTransferTerms(federation: nil) {
        $0.categories = Set(AssetCategory.allCases)
      }
      #expect(try await stand.give(1, asset: ledger.gift).status == 201)
      #expect(try stand.code(try await stand.give(1, asset: member)) == "transfer_not_offered")
      // The place's own federation has another mind, and it is its money.
      _ = try await stand.administration.createFederation(name: "F", places: ["Bar du Port"], assets: [])
      _ = try await stand.administration.changeTransferTerms(federation: "F") { $0.categories = [.gift] }
      #expect(try stand.code(try await stand.give(1)) == "transfer_not_offered")
      #expect(try await stand.give(1, asset: ledger.gift).status == 201)
      _ = try await service.submit(ArchiveAsset(place: ledger.place.uuid, asset: ledger.gift.uuid.text))
      #expect(try stand.code(try await stand.give(1, asset: ledger.gift)) == "transfer_not_offered")
    }
  }

  @Test(
    "only a person who is known receives: no place, no card that is nobody's, not the giver, not a lost card's number")
  func receivers() async throws {
    let stand = try await TransferStand()
    let ledger = stand.ledger
    let (number, email) = try await ledger.store.read { books in
      (
        try books.card(tag: TransferStand.bobTag)?.numberPrinted,
        try books.row("SELECT email FROM users WHERE wallet = ?", [stand.bob.text])?[0] as String?
      )
    }
    let server = try await ledger.store.read { try $0.primaryWallet() }
    try await ledger.running { service in
      for place in [ledger.place.wallet, server] {
        #expect(try stand.code(try await stand.give(1, to: ["wallet": JSON(place.text)])) == "transfer_to_place")
      }
      #expect(try stand.code(try await stand.give(1, to: ["wallet": JSON(stand.alice.text)])) == "transfer_to_self")
      let anonymous = try await ledger.wallet(LedgerFixture.operatorTag)
      for unknown: JSON in [
        ["wallet": JSON(anonymous.text)], ["wallet": JSON(EntityID.random().text)], ["email": "nobody@test"],
        ["card": "00000000"],
      ] {
        #expect(try stand.code(try await stand.give(1, to: unknown)) == "person_unknown")
      }
      let byCard = try await stand.give(1, to: ["card": JSON(number)])
      #expect(byCard.status == 201)
      // The number opens the card to who knows it, and nothing of its holder is said.
      #expect(!byCard.body.contains(try #require(number)))
      #expect(!byCard.body.contains(stand.bob.text))
      #expect(try await stand.give(1, to: ["email": JSON(email?.uppercased())]).status == 201)
      _ = try await service.submit(
        BlockCard.lost(TransferStand.bobTag, by: .holder(stand.bob), body: [:]))
      #expect(try stand.code(try await stand.give(1, to: ["card": JSON(number)])) == "person_unknown")
      await #expect(throws: Rejection.forbidden) {
        try await stand.give(1, from: anonymous)
      }
    }
  }

  @Test("who names receivers in vain is stopped, in the preview too; who has nothing to give learns nothing at all")
  func guesses() async throws {
    let stand = try await TransferStand(euros: 10)
    try await stand.ledger.running { service in
      #expect(try stand.code(try await stand.give(11, to: ["email": "nobody@test"])) == "insufficient_funds")
      for number in 0..<10 {
        let request = try stand.request(1, to: ["card": JSON("0000000\(number)")])
        let command: any LedgerCommand =
          number.isMultiple(of: 2)
          ? PostTransfer(signer: stand.alice, request: request)
          : PreviewTransfer(signer: stand.alice, request: request)
        #expect(try await service.submit(command).status == 404)
      }
      await #expect(throws: Refusal.self) { try await stand.give(1, to: ["email": "nobody@test"]) }
      // Who is named by their wallet was not guessed.
      #expect(try await stand.give(1).status == 201)
      stand.ledger.time.withLock { $0 = $0.adding(seconds: 86_400) }
      #expect(try stand.code(try await stand.give(1, to: ["email": "nobody@test"])) == "person_unknown")
    }
  }

  @Test("an unsettled card stops its owner's transfers; what melted is not there to be given")
  func due() async throws {
    let stand = try await TransferStand()
    let ledger = stand.ledger
    try await ledger.store.write { books in
      try books.addUnsettled(1, card: try #require(try books.card(tag: TransferStand.aliceTag)).uuid)
    }
    let unsettled = try await ledger.running { _ in try await stand.give(1) }
    #expect(try stand.code(unsettled) == "card_unsettled")
    try await ledger.store.write { books in
      try books.addUnsettled(-1, card: try #require(try books.card(tag: TransferStand.aliceTag)).uuid)
    }
    _ = try await stand.administration.createPlace(name: "Commons")
    _ = try await stand.administration.setMelting(
      asset: "Euro du Bar", MeltingChange(rate: 500_000, unit: .month, receiver: "Commons", from: (2026, 10, 1)))
    ledger.time.withLock { $0 = LedgerTime(microseconds: MeltStand.october + 40 * MeltStand.day) }
    let given = try await ledger.running { _ in [try await stand.give(5_001), try await stand.give(5_000)] }
    #expect(try stand.code(given[0]) == "insufficient_funds")
    #expect(given[1].status == 201)
    #expect(try await stand.balance(stand.bob) == 5_000)
    #expect(try await ledger.verdict().breaks == [])
  }

  @Test("both histories say what it was, to whom as far as it may be said; no report counts it as taken")
  func histories() async throws {
    let stand = try await TransferStand()
    let ledger = stand.ledger
    try await ledger.running { _ in _ = try await stand.give(300, comment: "secret words") }
    let place = ledger.place
    let store = ledger.store
    for (tag, wallet, amount) in [
      (TransferStand.aliceTag, stand.alice, Int64(-300)), (TransferStand.bobTag, stand.bob, 300),
    ] {
      let queries = LedgerQueries(store: store)
      let byCard = try await queries.history(tag: tag, request: HistoryRequest(), place: place)
      let byWallet = try await queries.history(wallet: wallet, request: HistoryRequest(), place: place)
      let byOperator = try await stand.administration.history(card: tag, request: HistoryRequest())
      let own = try await queries.ownTransactions(wallet, page: 1, pageSize: 10, url: "u")
      #expect(byCard.body == byWallet.body)
      let line = try #require(try JSON.parse(byCard.body)["entries"]?.elements?.first)
      #expect(line["action"]?.text == "TRF")
      #expect(line["what"]?.text == "given")
      #expect(line["amount"]?.int64 == amount)
      #expect(line["party"]?.isNull == true)
      let other = wallet == stand.alice ? stand.bob : stand.alice
      #expect(!byCard.body.contains(other.text.prefix(8)))
      #expect(byOperator["entries"]?.elements?.first?["party"]?.text == String(other.text.prefix(8)))
      let newest = try #require(try JSON.parse(own.body)["results"]?.elements?.first)
      #expect(newest["get_action_display"]?.text == "Virement")
      #expect(newest["comment"]?.text == "Transfer")
      for body in [byCard.body, byOperator.compact, own.body] { #expect(!body.contains("secret words")) }
      let list = try JSON.parse(try await queries.transfers(of: wallet, before: nil, limit: 10).body)
      let mine = try #require(list["transfers"]?.elements?.first)
      #expect(mine["direction"]?.text == (amount < 0 ? "out" : "in"))
      #expect(mine["comment"]?.text == "secret words")
    }
    let clock = ledger.time.withLock { $0 }
    let report = try await LedgerQueries(store: store).report(
      ReportRequest(from: clock.adding(seconds: -86_400), to: clock.adding(seconds: 60)), place: place, now: clock)
    let rows = try JSON.parse(report.body)["rows"]?.elements ?? []
    #expect(Set(rows.compactMap { $0["kind"]?.text }) == ["refill"])
  }

  @Test(
    "the audit finds what was not signed, and what was counted otherwise",
    arguments: [
      ("UPDATE transfers SET used_today = used_today + 1", "it counts"),
      ("UPDATE transfers SET used_total = 0, used_today = 0", "it counts"),
      ("UPDATE transfers SET day = day - 1", "it counts"),
      ("UPDATE transfers SET per_day = 100", "more than its limits"),
      ("UPDATE transfers SET amount = amount + 1", "not what its request says"),
      (
        "UPDATE transfers SET request = replace(request, '300', '301'), content = content || 'x'",
        "not what its request"
      ),
      ("UPDATE transfers SET signature = replace(signature, substr(signature, 1, 4), 'AAAA')", "has not signed"),
      ("UPDATE transfers SET receiver = sender", "not what was signed"),
      ("DELETE FROM transfers", "says that it is a transfer"),
      ("UPDATE transfers SET posted = id", "its transaction or what was counted is missing"),
      ("UPDATE transfers SET day = NULL", "its transaction or what was counted is missing"),
      ("UPDATE transfers SET request = '{}'", "id (uuid) is missing"),
    ])
  func tampering(sql: String, reason: String) async throws {
    let stand = try await TransferStand()
    try await stand.ledger.running { _ in _ = try await stand.give(300) }
    #expect(try await stand.ledger.verdict().breaks == [])
    try await stand.ledger.store.pool.writeWithoutTransaction { db in
      try db.execute(
        sql: "PRAGMA foreign_keys = OFF; DROP TRIGGER transfers_are_final; DROP TRIGGER transfers_stay")
      try db.execute(sql: sql)
    }
    let breaks = try await stand.ledger.verdict().breaks
    #expect(breaks.contains { $0.reason.contains(reason) }, "\(breaks)")
  }

  @Test("nobody but its owner gives a person's money away: the writer refuses it, and the audit finds it")
  func forgery() async throws {
    let stand = try await TransferStand()
    let theft = Posting(
      action: .transfer, sender: stand.alice, receiver: stand.bob, terms: stand.ledger.euro.terms,
      amount: Amount(minorUnits: 5))
    let post = { (isPastTheGuard: Bool) in
      try await stand.ledger.store.write { books in
        let writer = LedgerWriter(books: books, now: .now(), newID: { EntityID.random() })
        _ = try isPastTheGuard ? writer.record(theft, PostingDetails()) : writer.post(theft)
      }
    }
    await #expect(throws: Refusal.self) { try await post(false) }
    try await post(true)
    #expect(try await stand.ledger.verdict().breaks.map(\.reason) == ["it takes from a person who did not sign for it"])
  }
}
