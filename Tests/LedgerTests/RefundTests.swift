import FedowProtocol
import Model
import Rules
import Testing

@testable import Ledger

@Suite("Paying a card back")
struct RefundTests {
  private static let tag = LedgerFixture.tag

  private func body(
    _ total: Int64, id: EntityID = .random(), operatorTag: String = LedgerFixture.operatorTag, void: Bool = false
  ) -> JSON {
    [
      "id": JSON(id.text), "operator_card": JSON(operatorTag), "expected_total": JSON(total), "reason": "leaves",
      "void": .bool(void),
    ]
  }

  /// Asks as the API does: with what a repetition is known by.
  private func refund(_ ledger: LedgerFixture, _ body: JSON, at place: Books.Place? = nil) async throws -> JSON {
    let place = (place ?? ledger.place).uuid
    let answer = try await ledger.service.submit(
      PostRefund(place: place, device: nil, tag: Self.tag, body: body),
      guarded: try PostRefund.replayGuard(place: place, tag: Self.tag, body: body))
    return try JSON.parse(answer.body)
  }

  private func code(_ work: () async throws -> JSON) async throws -> String? {
    do {
      return try await work()["code"]?.text
    } catch let refusal as Refusal {
      return refusal.code.rawValue
    } catch let rejection as Rejection {
      return try JSON.parse(rejection.answer.body)["code"]?.text
    }
  }

  private func preview(_ ledger: LedgerFixture, at place: Books.Place? = nil) async throws -> JSON {
    let answer = try await LedgerQueries(store: ledger.store).refundPreview(
      tag: Self.tag, place: place ?? ledger.place)
    return try JSON.parse(answer.body)
  }

  /// A second place whose money the first accepts, and an operator's card of both.
  private func cafe(_ ledger: LedgerFixture) async throws -> (place: Books.Place, euro: Books.Asset) {
    let administration = Administration(store: ledger.store)
    let cafe = try await administration.createPlace(name: "Cafe").place
    let euro = try await administration.createAsset(
      place: "Cafe", name: "Euro du Cafe", currency: "EUC", category: .localFiat)
    _ = try await administration.createFederation(
      name: "Quay", places: ["Bar du Port", "Cafe"], assets: ["Euro du Bar", "Euro du Cafe", "Cadeau"])
    _ = try await administration.setPrimary(tag: LedgerFixture.operatorTag, place: "Cafe")
    let body = ledger.body(
      30, from: cafe.wallet, to: try await ledger.wallet(Self.tag), tag: Self.tag, asset: euro)
    _ = try await ledger.service.submit(PostTransaction(place: cafe.uuid, body: body))
    return (cafe, euro)
  }

  @Test("what is paid back is what was shown; what remains says why and who can; the same again pays nothing")
  func refund() async throws {
    let ledger = try await LedgerFixture()
    try await ledger.running { _ in
      _ = try await ledger.refill(Self.tag, 500)
      _ = try await ledger.refill(Self.tag, 70, asset: ledger.gift)
      let cafe = try await cafe(ledger)
      let preview = try await preview(ledger)
      #expect(preview["total"]?.int64 == 500)
      #expect(preview["refunded"]?.elements?.compactMap { $0["name"]?.text } == ["Euro du Bar"])
      let remains = preview["remains"]?.elements ?? []
      #expect(remains.map { $0["code"]?.text } == ["refund_not_offered", "refund_elsewhere"])
      #expect(remains.map { $0["amount"]?.int64 } == [70, 30])
      #expect(remains.last?["sentence"]?.text == "Only Cafe, which issues this money, can pay it back.")
      let request = body(500)
      let receipt = try await refund(ledger, request)
      for field in ["refunded", "remains", "total", "card"] { #expect(receipt[field] == preview[field]) }
      #expect(receipt["transactions"]?.elements?.count == 1)
      _ = try await ledger.refill(Self.tag, 500)
      #expect(try await refund(ledger, request) == receipt)
      #expect(try await ledger.balance(Self.tag) == 500)
      let other = body(499, id: try #require(request["id"]?.text.flatMap { EntityID($0) }))
      #expect(try await code { try await refund(ledger, other) } == "idempotency_conflict")
      #expect(try await ledger.balance(Self.tag, of: cafe.euro) == 30)
    }
    let trail = try await ledger.store.read { try $0.auditTrail(of: ledger.place.uuid, after: 0, limit: 100) }
    #expect(trail.count { $0.what == "card_refunded" } == 1)
    #expect(try await ledger.verdict().breaks == [])
  }

  @Test("a policy that names gifts and federated money pays them, all at once or not at all")
  func policy() async throws {
    let ledger = try await LedgerFixture()
    let administration = Administration(store: ledger.store)
    try await ledger.running { _ in
      _ = try await ledger.refill(Self.tag, 500)
      _ = try await ledger.refill(Self.tag, 70, asset: ledger.gift)
      _ = try await administration.changePolicy(place: "Bar du Port") { $0.refund = [.localFiat, .gift] }
      #expect(try await code { try await refund(ledger, body(500)) } == "preview_outdated")
      #expect(try await ledger.balance(Self.tag) == 500)
      let receipt = try await refund(ledger, body(570))
      #expect(receipt["transactions"]?.elements?.compactMap { $0["amount"]?.int64 } == [500, 70])
      #expect(try await ledger.balance(Self.tag) == 0)
      #expect(try await ledger.balance(Self.tag, of: ledger.gift) == 0)
      _ = try await administration.changePolicy(place: "Bar du Port") { $0.refund = [] }
      _ = try await ledger.refill(Self.tag, 5)
      #expect(try await preview(ledger)["total"]?.int64 == 0)
    }
    await #expect(throws: Refusal.self) {
      try await administration.changePolicy(place: "Bar du Port") { $0.refund = [.membership] }
    }
    #expect(try await ledger.verdict().breaks == [])
  }

  @Test("two desks at once pay once")
  func concurrent() async throws {
    let ledger = try await LedgerFixture()
    let paid = try await ledger.running { _ in
      _ = try await ledger.refill(Self.tag, 500)
      return await withTaskGroup(of: Int.self) { group in
        for _ in 0..<16 { group.addTask { (try? await refund(ledger, body(500))) == nil ? 0 : 1 } }
        return await group.reduce(0, +)
      }
    }
    #expect(paid == 1)
    #expect(try await ledger.balance(Self.tag) == 0)
  }

  @Test("a void frees the card at its origin alone, and elsewhere does nothing at all")
  func void() async throws {
    let ledger = try await LedgerFixture()
    try await ledger.running { _ in
      _ = try await ledger.refill(Self.tag, 500)
      let cafe = try await cafe(ledger)
      #expect(try await code { try await refund(ledger, body(30, void: true), at: cafe.place) } == "forbidden")
      #expect(try await ledger.balance(Self.tag, of: cafe.euro) == 30)
      let wallet = try await ledger.wallet(Self.tag)
      #expect(try await refund(ledger, body(500, void: true))["void"]?.bool == true)
      #expect(try await ledger.wallet(Self.tag) != wallet)
      #expect(try await ledger.balance(Self.tag, of: cafe.euro) == nil)
    }
  }

  @Test("only by an operator's card of the place, and not of a card that is blocked or owes")
  func refused() async throws {
    let ledger = try await LedgerFixture()
    try await ledger.running { _ in
      _ = try await ledger.refill(Self.tag, 500)
      let stranger = body(500, operatorTag: LedgerFixture.otherTag)
      #expect(try await code { try await refund(ledger, stranger) } == "primary_card_invalid")
      #expect(try await code { try await refund(ledger, body(500, operatorTag: "")) } == "request_malformed")
      let card = try #require(try await ledger.store.read { try $0.card(tag: Self.tag) })
      try await ledger.store.write { try $0.addUnsettled(1, card: card.uuid) }
      #expect(try await code { try await refund(ledger, body(500)) } == "card_unsettled")
      #expect(try await code { try await preview(ledger) } == "card_unsettled")
      try await ledger.store.write { try $0.block(card: card.uuid) }
      #expect(try await code { try await refund(ledger, body(500)) } == "blocked_card")
      #expect(try await ledger.balance(Self.tag) == 500)
    }
  }

  @Test("a card is not paid back while another of the same person owes")
  func otherCardOwes() async throws {
    let ledger = try await LedgerFixture()
    try await ledger.running { service in
      let person = try await ledger.link(Self.tag)
      _ = try await ledger.refill(Self.tag, 500)
      try await ledger.store.write { books in
        let other = try #require(try books.card(tag: LedgerFixture.otherTag)).uuid
        try books.setWallet(person, user: try books.user(wallet: person)?.uuid, of: other)
        try books.addUnsettled(1, card: other)
      }
      #expect(try await code { try await refund(ledger, body(500)) } == "card_unsettled")
      #expect(try await code { try await preview(ledger) } == "card_unsettled")
      let old = RefundCard(
        place: ledger.place.uuid,
        body: [
          "user_card_firstTagId": JSON(Self.tag), "primary_card_fisrtTagId": JSON(LedgerFixture.operatorTag),
          "action": "RFD",
        ])
      #expect(
        try await code { try JSON.parse(try await service.submit(old).body) } == "card_unsettled")
      #expect(try await ledger.balance(Self.tag) == 500)
    }
  }
}
