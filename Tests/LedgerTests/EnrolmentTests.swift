import FedowProtocol
import Foundation
import Model
import Testing

@testable import Ledger

@Suite("Cards that come and go, and how they are found")
struct EnrolmentTests {
  /// Two UIDs whose tags are the same.
  private let twins = ("0400000000B6CF", "040000000179BD")

  private func enroll(_ desk: CardDesk, _ cards: [JSON], id: EntityID = EntityID.random()) async throws -> JSON {
    try await desk.submit(
      EnrollCards(
        by: desk.changer, body: desk.body(JSONObject([("generation", 3), ("cards", .array(cards))]), id: id)))
  }

  private func unenroll(_ desk: CardDesk, _ tag: String) async throws -> JSON {
    try await desk.submit(UnenrollCard(tag, by: desk.changer, body: desk.body()))
  }

  @Test("what is not printed yet is made; a double or two cards of one tag refuse all, naming both")
  func enroll() async throws {
    let ledger = try await LedgerFixture()
    let desk = CardDesk(ledger)
    try await ledger.running { service in
      let id = EntityID.random()
      let cards: [JSON] = [["uid": "04:A1:B2:C3:D4:E5:F6"], ["uid": "AABBCCDD", "number_printed": "a0001"]]
      let made = try await enroll(desk, cards, id: id)
      #expect(try await enroll(desk, cards, id: id) == made)
      let sheets = made["cards"]?.elements ?? []
      #expect(sheets.map { $0["tag"]?.text } == ["8150BA8E", "AABBCCDD"])
      #expect(sheets.map { $0["uid"]?.text } == ["04A1B2C3D4E5F6", nil])
      #expect(sheets.map { $0["state"]?.text } == ["unused", "unused"])
      #expect(sheets[0]["number_printed"]?.text?.count == 8)
      #expect(sheets[1]["number_printed"]?.text == "A0001")
      #expect(await desk.code { try await enroll(desk, [["uid": "08AABBCC"]]) } == "random_uid")
      #expect(
        await desk.code { try await enroll(desk, [["uid": "11223344"], ["uid": "AABBCCDD"]]) } == "card_exists")
      let others: [(field: String, value: JSON, code: String)] = [
        ("number_printed", "A0001", "card_exists"), ("qrcode", sheets[0]["qrcode"] ?? .null, "card_exists"),
        ("number_printed", "A-01", "request_malformed"),
      ]
      for (field, value, code) in others {
        let card: JSON = .object(JSONObject([("uid", "11223344"), (field, value)]))
        #expect(await desk.code { try await enroll(desk, [card]) } == code, "\(card)")
      }
      _ = try await enroll(desk, [["uid": JSON(twins.0)]])
      let refusal = await #expect(throws: Refusal.self) {
        try await enroll(desk, [["uid": "11223344"], ["uid": JSON(twins.1)]])
      }
      #expect(refusal?.code == .aliasCollision)
      #expect(refusal?.sentence.contains(twins.0) == true && refusal?.sentence.contains(twins.1) == true)
      #expect(try await ledger.store.read { try $0.card(tag: "11223344") } == nil)
    }
  }

  @Test("a card that was never used is taken back and can come again; one that was used stays")
  func unenroll() async throws {
    let ledger = try await LedgerFixture()
    let desk = CardDesk(ledger)
    try await ledger.running { service in
      _ = try await ledger.refill(LedgerFixture.tag, 1)
      for tag in [LedgerFixture.tag, LedgerFixture.operatorTag] {
        #expect(await desk.code { try await unenroll(desk, tag) } == "card_in_use")
      }
      // It was read, and has an empty wallet.
      _ = try await ledger.wallet(LedgerFixture.otherTag)
      #expect(try await unenroll(desk, LedgerFixture.otherTag)["tag"]?.text == LedgerFixture.otherTag)
      #expect(await desk.code { try await unenroll(desk, LedgerFixture.otherTag) } == "unknown_card")
      #expect(try await enroll(desk, [["uid": JSON(LedgerFixture.otherTag)]])["cards"]?.elements?.count == 1)
    }
  }

  @Test("a card that was emptied and freed is in the chain, and stays, though it is nobody's")
  func unenrollFreed() async throws {
    let ledger = try await LedgerFixture()
    let desk = CardDesk(ledger)
    try await ledger.running { service in
      _ = try await ledger.refill(LedgerFixture.tag, 1)
      _ = try await service.submit(
        RefundCard(
          place: desk.place,
          body: [
            "user_card_firstTagId": JSON(LedgerFixture.tag), "action": "VID",
            "primary_card_fisrtTagId": JSON(LedgerFixture.operatorTag),
          ]))
      #expect(try await desk.sheet(LedgerFixture.tag)["state"]?.text == "unused")
      #expect(await desk.code { try await unenroll(desk, LedgerFixture.tag) } == "card_in_use")
    }
  }

  @Test("a card is found by whatever names it, by places of its federation, and by no other")
  func lookup() async throws {
    let ledger = try await LedgerFixture()
    let desk = CardDesk(ledger)
    let administration = Administration(store: ledger.store)
    let (member, stranger) = (
      try await administration.createPlace(name: "Cafe").place, try await administration.createPlace(name: "Far").place
    )
    _ = try await administration.createFederation(name: "Quay", places: ["Bar du Port", "Cafe"], assets: [])
    try await ledger.running { service in
      let owner = try await ledger.link(LedgerFixture.tag)
      let made = try await enroll(desk, [["uid": "04A1B2C3D4E5F6", "number_printed": "68B87420"]])
      let sheet = try #require(made["cards"]?.elements?.first)
      func found(_ text: String, by place: Books.Place) async throws -> [String?] {
        let queries = LedgerQueries(store: ledger.store)
        guard let answer = try? await queries.cards(named: text, place: place.uuid, now: .now()) else { return [] }
        return try JSON.parse(answer.body)["cards"]?.elements?.map { $0["tag"]?.text } ?? []
      }
      let qrcode = try #require(sheet["qrcode"]?.text)
      for text in ["8150ba8e", "04-A1-B2-C3-D4-E5-F6", "04a1b2c3d4e5f6", qrcode, " https://x.test/qr/\(qrcode)/ "] {
        #expect(try await found(text, by: ledger.place) == ["8150BA8E"], "\(text)")
        #expect(try await found(text, by: member) == ["8150BA8E"])
        #expect(try await found(text, by: stranger) == [])
      }
      // The number of one is the tag of the other.
      #expect(try await found("68B87420", by: ledger.place) == [LedgerFixture.tag, "8150BA8E"])
      #expect(try await found("\(owner)@test", by: ledger.place) == [LedgerFixture.tag])
      // Of another card with the same tag, the full UID is known to be another.
      #expect(try await found("04A1B2C3D4E5F7", by: ledger.place) == [])
      #expect(try await found("", by: ledger.place) == [])
    }
  }
}
