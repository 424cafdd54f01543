import FedowProtocol
import Foundation
import Model
import Synchronization
import Testing

@testable import Ledger

@Suite("The export")
struct LedgerExportTests {
  private final class Lines: Sendable {
    let objects = Mutex<[JSON]>([])
    func kinds() -> [String] { objects.withLock { $0.compactMap { $0["kind"]?.text } } }
    func add(_ object: JSON) { objects.withLock { $0.append(object) } }
  }

  private func ledger() async throws -> LedgerFixture {
    let ledger = try await LedgerFixture()
    _ = try await Administration(store: ledger.store).createFederation(
      name: "Quay", places: ["Bar du Port"], assets: ["Euro du Bar"])
    try await ledger.running { service in
      _ = try await ledger.refill(LedgerFixture.tag, 500)
      _ = try await service.submit(try await ledger.sale(100, metadata: ["b": 1, "a": [true, .null]]))
    }
    return ledger
  }

  @Test("has everything in its order, the transactions so that each hash can be recomputed, and says when it is whole")
  func everything() async throws {
    let ledger = try await ledger()
    let lines = Lines()
    let count = try await LedgerExport(store: ledger.store).run { lines.add($0) }
    let kinds = [
      ("ledger", 1), ("authority", 1), ("place", 1), ("wallet", 3),
      ("asset", 3), ("federation", 1), ("card", 3), ("transaction", 6),
      ("end", 1),
    ]
    #expect(lines.kinds() == kinds.flatMap { Array(repeating: $0.0, count: $0.1) })
    #expect(count == 6)
    let objects = lines.objects.withLock { $0 }
    #expect(objects.last?["objects"]?.int64 == Int64(objects.count - 1))
    let posted = try await ledger.store.read { books in try (1...6).map { try books.transaction(sequence: $0) } }
    for (object, posted) in zip(objects.filter { $0["kind"]?.text == "transaction" }, posted) {
      let entry = try #require(posted?.entry)
      #expect(object["sequence"]?.int64 == posted?.sequence)
      #expect(object["hash"]?.text == entry.hash)
      #expect(object["amount"]?.int64 == entry.amount)
      #expect(object["metadata"]?.compact == entry.metadata.compact)
      #expect(object["datetime"]?.text == entry.datetime.wire)
    }
  }

  @Test("begins after the number that was asked for")
  func since() async throws {
    let ledger = try await ledger()
    let lines = Lines()
    #expect(try await LedgerExport(store: ledger.store, since: 4).run { lines.add($0) } == 2)
    let sequences = lines.objects.withLock { $0.compactMap { $0["sequence"]?.int64 } }
    #expect(sequences == [5, 6])
  }

  @Test("holds nothing that opens anything")
  func secrets() async throws {
    let ledger = try await ledger()
    let key = APIKey.generate()
    try await ledger.store.write { books in
      try books.insertKey(key, purpose: .place, place: ledger.place.uuid, at: LedgerTime(microseconds: 1))
      try books.insertWallet(EntityID.random(), name: nil, publicKey: "PEM", at: LedgerTime(microseconds: 1))
      try books.insertUser(
        EntityID.random(), email: "jo@example.org", wallet: ledger.place.wallet, at: LedgerTime(microseconds: 1))
    }
    let lines = Lines()
    _ = try await LedgerExport(store: ledger.store).run { lines.add($0) }
    let text = lines.objects.withLock { $0.map(\.compact).joined(separator: "\n") }
    let card = try await ledger.store.read { try $0.card(tag: LedgerFixture.tag) }
    let secrets = [
      key.text, key.prefix, Hexadecimal.encode(key.digest), "jo@example.org", try #require(card?.qrcode.text),
      "\"" + (try #require(card?.numberPrinted)) + "\"",
    ]
    for secret in secrets { #expect(!text.contains(secret), "\(secret)") }
    #expect(text.contains("PEM"))
  }
}
