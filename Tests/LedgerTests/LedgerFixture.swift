import FedowProtocol
import Foundation
import Logging
import Model
import Signing
import Synchronization
import TestKit

@testable import Ledger

/// A real ledger in a directory of its own, with a place, two assets and three cards, the first of them the operator's.
final class LedgerFixture: Sendable {
  let directory: URL
  let store: LedgerStore
  /// The writer; another one after each run.
  var service: PostingService { writer.withLock { $0 } }
  private let writer: Mutex<PostingService>
  private let keyCount = Mutex(0)
  private let makeWriter: @Sendable () -> PostingService
  let time = Mutex(LedgerTime(microseconds: 1_790_000_000_000_000))
  let place: Books.Place
  let euro: Books.Asset
  let gift: Books.Asset

  static let operatorTag = "333C9A6E"
  static let tag = "68B87420"
  static let otherTag = "55B1B557"

  init(bounds: PostingService.Bounds = .init()) async throws {
    directory = FileManager.default.temporaryDirectory.appending(path: "ledger-\(EntityID.random())")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    store = try LedgerStore(path: directory.appending(path: "ledger.sqlite").path)
    let administration = Administration(store: store, clock: { LedgerTime(microseconds: 1_780_000_000_000_000) })
    _ = try await administration.install(serverName: "Test", domain: "http://ledger.test", key: TestKeys.server())
    place = try await administration.createPlace(name: "Bar du Port").place
    euro = try await administration.createAsset(
      place: "Bar du Port", name: "Euro du Bar", currency: "EUB", category: .localFiat)
    gift = try await administration.createAsset(
      place: "Bar du Port", name: "Cadeau", currency: "CAD", category: .gift)
    let lines = [Self.operatorTag, Self.tag, Self.otherTag].map { tag -> String in
      let id = EntityID.random()
      return "https://ledger.test/qr/\(id),\(id.text.prefix(8)),\(tag)"
    }
    _ = try await administration.importCards(
      try CardFile(lines.joined(separator: "\n")), place: "Bar du Port", generation: 1)
    _ = try await administration.setPrimary(tag: Self.operatorTag, place: "Bar du Port")
    let clock = Mutex<(@Sendable () -> LedgerTime)?>(nil)
    makeWriter = { [store] in
      PostingService(
        store: store, bounds: bounds, clock: { clock.withLock { $0 }?() ?? LedgerTime.now() },
        logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }))
    }
    writer = Mutex(makeWriter())
    clock.withLock { $0 = { [weak self] in self?.time.withLock { $0 } ?? LedgerTime.now() } }
  }

  /// The key of one till or person more.
  func nextKey() throws -> RSAPrivateKey {
    let number = keyCount.withLock { count in
      count += 1
      return count
    }
    return try TestKeys.till(number)
  }

  deinit { try? FileManager.default.removeItem(at: directory) }

  /// Runs the writer while the body runs.
  func running<Value: Sendable>(_ body: @Sendable (PostingService) async throws -> Value) async throws -> Value {
    try await withThrowingTaskGroup(of: Void.self) { [service] group in
      group.addTask { try await service.run() }
      let value = try await body(service)
      group.cancelAll()
      try await group.waitForAll()
      // One that was stopped takes nothing more.
      writer.withLock { $0 = makeWriter() }
      return value
    }
  }

  /// The wallet that a card opens.
  func wallet(_ tag: String) async throws -> EntityID {
    _ = try await service.submit(ReadCard(place: place.uuid, tag: tag))
    let wallet = try await store.read { try $0.card(tag: tag)?.wallet }
    guard let wallet else { throw Refusal(.cardUnknown) }
    return wallet
  }

  func refill(_ tag: String, _ amount: Int64, asset: Books.Asset? = nil) async throws -> Answer {
    try await service.submit(
      PostTransaction(
        place: place.uuid,
        body: body(
          amount, from: place.wallet, to: try await wallet(tag), tag: tag, asset: asset)))
  }

  func body(
    _ amount: Int64, from sender: EntityID, to receiver: EntityID, tag: String, asset: Books.Asset? = nil,
    metadata: JSON = .null
  ) -> JSON {
    [
      "amount": JSON(amount), "sender": JSON(sender.text), "receiver": JSON(receiver.text),
      "asset": JSON((asset ?? euro).uuid.text), "metadata": metadata, "user_card_firstTagId": JSON(tag),
      "primary_card_fisrtTagId": JSON(Self.operatorTag),
    ]
  }

  func sale(_ amount: Int64, tag: String = LedgerFixture.tag, metadata: JSON = .null) async throws -> PostTransaction {
    PostTransaction(
      place: place.uuid,
      body: body(amount, from: try await wallet(tag), to: place.wallet, tag: tag, metadata: metadata))
  }

  func balance(_ tag: String, of asset: Books.Asset? = nil) async throws -> Int64? {
    let asset = (asset ?? euro).uuid
    return try await store.read { books in
      try books.card(tag: tag)?.wallet.flatMap { try books.balance(of: asset, in: $0) }
    }
  }

  func verdict() async throws -> LedgerAudit.Verdict { try await LedgerAudit(store: store).run() }
}

extension LedgerFixture {
  /// Links a card to a new person's wallet, as their signature would.
  func link(_ tag: String) async throws -> EntityID {
    let (user, time) = (EntityID.random(), time.withLock { $0 })
    try await store.write { books in
      try books.insertWallet(user, at: time)
      try books.insertUser(EntityID.random(), email: "\(user)@test", wallet: user, at: time)
    }
    let number = try await store.read { try $0.card(tag: tag)?.numberPrinted }
    _ = try await service.submit(
      LinkCard(signer: user, body: ["wallet": JSON(user.text), "card_number": JSON(number)], card: .number))
    return user
  }
}
