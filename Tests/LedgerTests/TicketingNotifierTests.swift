import FedowProtocol
import Foundation
import Logging
import Model
import ServiceLifecycle
import Signing
import Synchronization
import Testing

@testable import Ledger

@Suite("Telling ticketing servers")
struct TicketingNotifierTests {
  private static let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })

  @Test("a membership bought at a till is told once it is committed, and only the first time it is asked for")
  func membership() async throws {
    let ledger = try await LedgerFixture()
    let told = Mutex<[Notice]>([])
    let service = PostingService(
      store: ledger.store, notify: { notice in told.withLock { $0.append(notice) } }, logger: Self.logger)
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await service.run() }
      let root = try JSON.parse(try await service.submit(RootHandshake()).body)
      let key = try #require(root["api_key"]?.text.flatMap { APIKey($0) })
      let made = try await service.submit(
        CreatePlace(
          key: key,
          body: [
            "place_domain": "salle.test", "place_name": "Salle", "admin_email": "a@b.test",
            "admin_pub_pem": JSON(try RSAPrivateKey.generate().publicKey.pem),
          ]))
      let place = try #require(try JSON.parse(made.body)["uuid"]?.text.flatMap { EntityID($0) })
      let wallet = try #require(try JSON.parse(made.body)["wallet"]?.text)
      let asset = try await service.submit(
        CreateAsset(place: place, body: ["name": "Membre", "currency_code": "MBR", "category": "SUB"]))
      _ = try await Administration(store: ledger.store).setPrimary(tag: LedgerFixture.operatorTag, place: "Salle")
      let card = try JSON.parse(try await service.submit(ReadCard(place: place, tag: LedgerFixture.tag)).body)
      let sale = PostTransaction(
        place: place,
        body: [
          "amount": 1000, "sender": JSON(wallet), "receiver": try #require(card["wallet"]?["uuid"]),
          "asset": try #require(try JSON.parse(asset.body)["uuid"]), "user_card_firstTagId": JSON(LedgerFixture.tag),
          "primary_card_fisrtTagId": JSON(LedgerFixture.operatorTag),
        ])
      let guarded = ReplayGuard(place: place, key: "once", content: "sale")
      let posted = try JSON.parse(try await service.submit(sale, guarded: guarded).body)
      _ = try await service.submit(sale, guarded: guarded)
      let uuid = try #require(posted["uuid"]?.text.flatMap { EntityID($0) })
      #expect(posted["action"] == "SUB")
      // The second answer came after the first was told, because both came out of the one writer.
      #expect(told.withLock { $0 } == [Notice(domain: "salle.test", membership: uuid)])
      group.cancelAll()
    }
  }

  @Test("each notice is one call; a server that fails keeps none of the next from being told")
  func calls() async throws {
    let (calls, continuation) = AsyncStream<String>.makeStream()
    let notifier = TicketingNotifier(logger: Self.logger) { url in
      continuation.yield(url)
      throw Refusal(.ledgerUnreachable)
    }
    let ids = [EntityID.random(), EntityID.random()]
    for id in ids { notifier.tell(Notice(domain: "salle.test", membership: id)) }
    await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await notifier.run() }
      var seen: [String] = []
      for await url in calls {
        seen.append(url)
        if seen.count == ids.count { break }
      }
      #expect(seen == ids.map { "https://salle.test/fwh/membership/\($0)" })
      group.cancelAll()
    }
  }
}
