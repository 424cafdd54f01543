import FedowProtocol
import Foundation
import Logging
import Model
import Rules
import Synchronization
import TestKit

@testable import Ledger

/// A federation of 12 places on a real ledger: each with money of its own and one thing more, an operator's card and five
/// cards of guests; people with wallets of their own; two moneys that melt.
final class FederationStand: Sendable {
  let directory: URL
  let store: LedgerStore
  let service: PostingService
  let time = Mutex(FederationStand.start)
  let places: [Books.Place]
  let assets: [Books.Asset]
  let federated: Books.Asset
  let primary: EntityID
  /// The guests' cards.
  let tags: [String]
  /// The operator's card of each place, and its kiosk.
  let operators: [EntityID: String]
  let kiosks: [EntityID: EntityID]
  let people: [EntityID]

  /// 2026-11-01 in Paris.
  static let start = LedgerTime(microseconds: 1_793_487_600_000_000)
  private static let more: [AssetCategory] = [.gift, .time, .loyalty, .badge, .membership]

  init() async throws {
    directory = FileManager.default.temporaryDirectory.appending(
      path: "federation-\(EntityID.random())")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    store = try LedgerStore(path: directory.appending(path: "ledger.sqlite").path)
    let administration = Administration(store: store, clock: { FederationStand.start })
    primary = try await administration.install(serverName: "Test", domain: "http://ledger.test", key: TestKeys.server())
      .primaryWallet
    let founded = try await Self.found(store)
    places = founded.places
    assets = founded.assets
    federated = try await store.read { books in
      guard let asset = try books.federatedAsset() else { throw Refusal(.ledgerBroken) }
      return asset
    }
    var (tags, operators): ([String], [EntityID: String]) = ([], [:])
    for (index, place) in places.enumerated() {
      let own = (0..<6).map { "AA\(10 + index)\(10 + $0)00" }
      let lines = own.map { tag -> String in
        let id = EntityID.random()
        return "https://ledger.test/qr/\(id),\(id.text.prefix(8)),\(tag)"
      }
      let file = try CardFile(lines.joined(separator: "\n"))
      _ = try await administration.importCards(file, place: place.name, generation: 1)
      _ = try await administration.setPrimary(tag: own[0], place: place.name)
      operators[place.uuid] = own[0]
      tags += own.dropFirst()
    }
    self.tags = tags
    self.operators = operators
    kiosks = Dictionary(uniqueKeysWithValues: places.map { ($0.uuid, EntityID.random()) })
    people = try await Self.people(store)
    for index in [0, 1] {
      var change = MeltingChange(
        rate: 10_000, unit: .week, receiver: "Place 1\(index)", from: (2026, 11, 2))
      change.graceDays = 1
      _ = try await administration.setMelting(asset: "Money 1\(index)", change)
    }
    let clock = Mutex<(@Sendable () -> LedgerTime)?>(nil)
    service = PostingService(
      store: store, clock: { clock.withLock { $0 }?() ?? FederationStand.start },
      logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }))
    clock.withLock { $0 = { [weak self] in self?.now ?? FederationStand.start } }
  }

  deinit { try? FileManager.default.removeItem(at: directory) }

  var now: LedgerTime { time.withLock { $0 } }

  var administration: Administration {
    Administration(store: store, clock: { [weak self] in self?.now ?? FederationStand.start })
  }

  /// The places with what they issue, in one federation that shares all of it.
  private static func found(_ store: LedgerStore) async throws
    -> (places: [Books.Place], assets: [Books.Asset])
  {
    try await store.write { books in
      let ledger = LedgerWriter(books: books, now: start, newID: { EntityID.random() })
      let federation = EntityID.random()
      try books.insertFederation(federation, name: "Twelve", at: start)
      for index in 0..<12 {
        let (uuid, wallet) = (EntityID.random(), EntityID.random())
        try books.insertPlace(
          uuid, name: "Place 1\(index)", wallet: wallet, lespassDomain: nil, at: start)
        try books.add(place: uuid, to: federation)
        for (name, category) in [("Money", .localFiat), ("More", more[index % more.count])]
          as [(String, AssetCategory)]
        {
          let asset = Books.Asset(
            uuid: EntityID.random(), name: "\(name) 1\(index)", currencyCode: "XXX",
            category: category, origin: uuid,
            issuerWallet: wallet, isArchived: false, createdAt: start, lastUpdate: start)
          try ledger.establish(asset)
          try books.add(asset: asset.uuid, to: federation)
        }
      }
      return (try books.places(), try books.assets())
    }
  }

  private static func people(_ store: LedgerStore) async throws -> [EntityID] {
    try await store.write { books in
      try (0..<16).map { number in
        let wallet = EntityID.random()
        try books.insertWallet(wallet, at: start)
        try books.insertUser(
          EntityID.random(), email: "\(number)@x.test", wallet: wallet, at: start)
        return wallet
      }
    }
  }

  /// Runs the writer while the body runs.
  func running<Value: Sendable>(_ body: @Sendable () async throws -> Value) async throws -> Value {
    try await withThrowingTaskGroup(of: Void.self) { [service] group in
      group.addTask { try await service.run() }
      let value = try await body()
      group.cancelAll()
      try await group.waitForAll()
      return value
    }
  }

  /// The assets that a place issues of these kinds.
  func issued(by place: Books.Place, _ kinds: Set<AssetCategory>) -> [Books.Asset] {
    assets.filter { $0.issuerWallet == place.wallet && kinds.contains($0.category) }
  }
}
