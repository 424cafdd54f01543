import FedowProtocol
import Foundation
import Model
import Synchronization
import Testing

@testable import Ledger

@Suite("What the operator does on the server")
struct AdministrationTests {
  @Test("an archived asset is neither refilled nor spent, its owner still sees it, and it can be refunded")
  func archive() async throws {
    let ledger = try await LedgerFixture()
    let administration = Administration(store: ledger.store)
    try await ledger.running { service in
      _ = try await ledger.refill(LedgerFixture.tag, 500)
      let sale = try await ledger.sale(100)
      let archived = try await administration.archive(asset: "Euro du Bar")
      #expect(archived.asset.isArchived)
      #expect(archived.held == 500)
      await #expect(throws: Rejection.self) { try await service.submit(sale) }
      await #expect(throws: Rejection.self) { try await ledger.refill(LedgerFixture.tag, 1) }
      let wallet = try await ledger.wallet(LedgerFixture.tag)
      let seen = try await ledger.store.read { try $0.walletAnswer(wallet, reader: nil).tokens.map(\.value) }
      #expect(seen == [500])
      _ = try await service.submit(
        RefundCard(
          place: ledger.place.uuid,
          body: [
            "user_card_firstTagId": JSON(LedgerFixture.tag), "action": "RFD",
            "primary_card_fisrtTagId": JSON(LedgerFixture.operatorTag),
          ]))
      #expect(try await ledger.balance(LedgerFixture.tag) == 0)
    }
    #expect(try await ledger.verdict().isSound)
  }

  @Test("the federated asset cannot be archived, nor one that does not exist")
  func archiveRefused() async throws {
    let ledger = try await LedgerFixture()
    let administration = Administration(store: ledger.store)
    for (name, code) in [("Primary Asset", Refusal.Code.assetNotAccepted), ("Nothing", .notFound)] {
      let refusal = await #expect(throws: Refusal.self) { try await administration.archive(asset: name) }
      #expect(refusal?.code == code)
    }
  }

  @Test("a rotation ends the lasting keys and the pairing strings of this place, and of no other")
  func rotateKey() async throws {
    let ledger = try await LedgerFixture()
    let administration = Administration(store: ledger.store)
    let other = try await administration.createPlace(name: "Cafe")
    let (lasting, foreign) = (APIKey.generate(), APIKey.generate())
    try await ledger.store.write { books in
      let now = LedgerTime(microseconds: 1)
      try books.insertKey(lasting, purpose: .place, place: ledger.place.uuid, at: now)
      try books.insertKey(foreign, purpose: .place, place: other.place.uuid, at: now)
    }
    let unused = try await administration.pairAgain(place: "Bar du Port")
    let rotation = try await administration.rotateKey(place: "Bar du Port")
    #expect(rotation.stoppedKeys == 1)
    let pairingKey = try #require(APIKey(unused.pairing.temporaryKey))
    let newKey = try #require(APIKey(rotation.pairing.pairing.temporaryKey))
    let found = try await ledger.store.read { books in
      [
        try books.key(lasting, purpose: .place) != nil, try books.key(pairingKey, purpose: .pairing) != nil,
        try books.key(newKey, purpose: .pairing) != nil, try books.key(foreign, purpose: .place) != nil,
      ]
    }
    #expect(found == [false, false, true, true])
  }

  @Test("cards are listed by each filter")
  func cards() async throws {
    let ledger = try await LedgerFixture()
    try await ledger.store.write { books in
      guard let card = try books.card(tag: LedgerFixture.otherTag) else { throw Refusal(.cardUnknown) }
      try books.block(card: card.uuid)
    }
    _ = try await Administration(store: ledger.store).createPlace(name: "Cafe")
    let number = try await ledger.store.read { try $0.card(tag: LedgerFixture.tag)?.numberPrinted }
    func tags(_ change: (inout CardFilter) -> Void) async throws -> [String] {
      var filter = CardFilter()
      change(&filter)
      let found = Mutex<[String]>([])
      try await Administration(store: ledger.store).cards(filter) { listed in
        found.withLock { $0.append(listed.card.firstTagID) }
      }
      return found.withLock { $0 }
    }
    let all = [LedgerFixture.operatorTag, LedgerFixture.tag, LedgerFixture.otherTag]
    #expect(try await tags { _ in } == all)
    #expect(try await tags { $0.place = "Bar du Port" } == all)
    #expect(try await tags { $0.place = "Cafe" } == [])
    #expect(try await tags { $0.generation = 2 } == [])
    #expect(try await tags { $0.tag = LedgerFixture.tag.lowercased() } == [LedgerFixture.tag])
    #expect(try await tags { $0.number = number } == [LedgerFixture.tag])
    #expect(try await tags { $0.isBlocked = true } == [LedgerFixture.otherTag])
    #expect(try await tags { $0.isLinked = true } == [])
  }
}
