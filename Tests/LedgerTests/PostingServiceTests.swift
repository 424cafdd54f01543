import FedowProtocol
import Foundation
import GRDB
import Model
import Testing

@testable import Ledger

@Suite("The one writer")
struct PostingServiceTests {
  @Test("64 tills selling from one card at once: a line of blocks, no drift, never more than the balance")
  func concurrentSales() async throws {
    let ledger = try await LedgerFixture()
    let outcomes = try await ledger.running { service in
      _ = try await ledger.refill(LedgerFixture.tag, 1000)
      let sale = try await ledger.sale(30)
      return try await withThrowingTaskGroup(of: Int.self) { group in
        for _ in 0..<64 {
          group.addTask {
            do {
              return try await service.submit(sale).status
            } catch let rejection as Rejection {
              return rejection.answer.status
            }
          }
        }
        return try await group.reduce(into: [:]) { $0[$1, default: 0] += 1 }
      } as [Int: Int]
    }
    #expect(outcomes == [201: 33, 400: 31])
    #expect(try await ledger.balance(LedgerFixture.tag) == 10)
    let place = ledger.place.wallet
    #expect(try await ledger.store.read { try $0.balance(of: ledger.euro.uuid, in: place) } == 990)
    let verdict = try await ledger.verdict()
    #expect(verdict.breaks == [])
    #expect(verdict.transactions == 3 + 2 + 33)
  }

  @Test("the clock steps back, the chain does not")
  func clockStepsBack() async throws {
    let ledger = try await LedgerFixture()
    try await ledger.running { service in
      _ = try await ledger.refill(LedgerFixture.tag, 1000)
      ledger.time.withLock { $0 = LedgerTime(microseconds: $0.microseconds - 3_600_000_000) }
      _ = try await service.submit(try await ledger.sale(10))
    }
    let times = try await ledger.store.read { books in
      try books.rows(
        "SELECT datetime FROM transactions WHERE asset = ? ORDER BY asset_sequence", [ledger.euro.uuid.text]
      )
      .map { $0["datetime"] as Int64 }
    }
    #expect(times.count == 4)
    #expect(zip(times, times.dropFirst()).allSatisfy { $0 < $1 })
    #expect(try await ledger.verdict().isSound)
  }

  @Test("the same request again gets the first answer and posts nothing; other content under its key is a conflict")
  func replay() async throws {
    let ledger = try await LedgerFixture()
    try await ledger.running { service in
      _ = try await ledger.refill(LedgerFixture.tag, 1000)
      let sale = try await ledger.sale(100)
      let guarded = ReplayGuard(place: ledger.place.uuid, key: "a", content: "one")
      let first = try await service.submit(sale, guarded: guarded)
      let again = try await service.submit(sale, guarded: guarded)
      #expect(again.body == first.body)
      #expect(try await ledger.balance(LedgerFixture.tag) == 900)
      let other = ReplayGuard(place: ledger.place.uuid, key: "a", content: "two")
      await #expect(throws: Rejection(Refusal(.idempotencyConflict))) {
        try await service.submit(sale, guarded: other)
      }
    }
  }

  @Test("a refusal is not remembered: the same request may succeed later")
  func refusalIsForgotten() async throws {
    let ledger = try await LedgerFixture()
    try await ledger.running { service in
      _ = try await ledger.refill(LedgerFixture.tag, 10)
      let sale = try await ledger.sale(100)
      let guarded = ReplayGuard(place: ledger.place.uuid, key: "a", content: "one")
      await #expect(throws: Rejection("Not enough token on sender wallet")) {
        try await service.submit(sale, guarded: guarded)
      }
      _ = try await ledger.refill(LedgerFixture.tag, 100)
      #expect(try await service.submit(sale, guarded: guarded).status == 201)
    }
  }

  @Test("more than may wait is refused with a code, and nothing of it is done")
  func fullQueue() async throws {
    let ledger = try await LedgerFixture(bounds: .init(batch: 1, queue: 0))
    await #expect(throws: Refusal(.storeUnavailable, "The ledger has too much to do; try again in a moment.")) {
      try await ledger.service.submit(ReadCard(place: ledger.place.uuid, tag: LedgerFixture.tag))
    }
  }

  @Test("a debit over several assets is all or nothing, and its id makes repetitions harmless")
  func debit() async throws {
    let ledger = try await LedgerFixture()
    try await ledger.running { service in
      _ = try await ledger.refill(LedgerFixture.tag, 500)
      _ = try await ledger.refill(LedgerFixture.tag, 100, asset: ledger.gift)
      func debit(_ gift: Int64, _ euro: Int64, id: EntityID) throws -> PostDebit {
        PostDebit(
          place: ledger.place.uuid,
          debit: try DebitRequest([
            "id": JSON(id.text), "card": JSON(LedgerFixture.tag),
            "parts": [
              ["asset": JSON(ledger.gift.uuid.text), "amount": JSON(gift)],
              ["asset": JSON(ledger.euro.uuid.text), "amount": JSON(euro)],
            ],
          ]))
      }
      #expect(try await service.submit(try debit(100, 501, id: EntityID.random())).status == 402)
      #expect(try await ledger.balance(LedgerFixture.tag, of: ledger.gift) == 100)
      let good = try debit(100, 250, id: EntityID.random())
      let first = try await service.submit(good)
      let again = try await service.submit(good)
      #expect((first.status, again.status) == (201, 200))
      #expect(first.body == again.body)
      #expect(try await ledger.balance(LedgerFixture.tag, of: ledger.gift) == 0)
      #expect(try await ledger.balance(LedgerFixture.tag) == 250)
    }
    #expect(try await ledger.verdict().isSound)
  }

  @Test("what is sent as metadata is stored so that its hash can be recomputed, keys in their order")
  func metadata() async throws {
    let ledger = try await LedgerFixture()
    let metadata = try JSON.parse(#"{"zeta": 1, "a": {"b": [true, null, 1.5], "é": "😀"}, "long_key": "v"}"#)
    let answer = try await ledger.running { service in
      _ = try await ledger.refill(LedgerFixture.tag, 500)
      return try await service.submit(try await ledger.sale(1, metadata: metadata))
    }
    #expect(try JSON.parse(answer.body)["metadata"]?.compact == metadata.compact)
    #expect(try await ledger.verdict().isSound)
  }
}
