import FedowProtocol
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Ledger
import Model
import NIOCore
import Signing
import Synchronization
import TestKit
import Testing

@Suite("Many clients at once, each with a connection of its own", .serialized)
struct CrowdTests {
  @Test("64 sales from the same card: never more than the balance, one line of blocks, and each answer is in the books")
  func sameCard() async throws {
    try await CrowdStand.run(connections: 64) { stand in
      try await stand.refill(1000)
      let sale = try await stand.sale(30)
      let answers = try await stand.atOnce { _ in (sale, []) }
      let sold = answers.filter { $0.status == .created }
      #expect(sold.count == 33)
      #expect(answers.count { $0.status == .badRequest } == 31)
      #expect(try await stand.balance() == 10)
      let sales = try await stand.books().filter { $0["action"]?.text == "SAL" }
      let hashes = { (transactions: [JSON]) in Set(transactions.compactMap { $0["hash"]?.text }) }
      #expect(sales.count == 33)
      #expect(hashes(sold.map(\.json)) == hashes(sales))
      // Each sale saw the balance that it left, and no two left the same.
      let left = sold.compactMap { $0.json["card"]?["wallet"]?["tokens"]?.elements?.first?["value"]?.int64 }
      let expected: [Int64] = stride(from: 970, through: 10, by: -30).map { $0 }
      #expect(left.sorted(by: >) == expected)
      let verdict = try await LedgerAudit(store: stand.store).run()
      #expect(verdict.breaks == [])
    }
  }

  @Test("the same body with the same signature from 8 connections posts once, and all get the same answer")
  func sameSignature() async throws {
    try await CrowdStand.run(connections: 8) { stand in
      try await stand.refill(1000)
      let sale = try await stand.sale(30)
      let signed = try stand.credentials.headersForPost(body: sale)
      let answers = try await stand.atOnce { _ in (sale, signed) }
      #expect(answers.allSatisfy { $0.status == .created })
      #expect(Set(answers.map(\.text)).count == 1)
      #expect(try await stand.balance() == 970)
    }
  }

  @Test("an Idempotency-Key decides among signatures: one key is one sale, two keys are two")
  func sameKey() async throws {
    try await CrowdStand.run(connections: 8) { stand in
      try await stand.refill(1000)
      let sale = try await stand.sale(30)
      let one = try await stand.atOnce { _ in
        (sale, try stand.credentials.headersForPost(body: sale) + [("Idempotency-Key", "evening-1")])
      }
      #expect(one.allSatisfy { $0.status == .created })
      #expect(Set(one.map(\.text)).count == 1)
      #expect(try await stand.balance() == 970)
      let two = try await stand.atOnce {
        (
          sale,
          try stand.credentials.headersForPost(body: sale) + [("Idempotency-Key", "evening-\(2 + $0 % 2)")]
        )
      }
      #expect(Set(two.map(\.text)).count == 2)
      #expect(try await stand.balance() == 910)
    }
  }
}

/// A ledger on a socket, a paired place with one asset and two cards, and so many connections to it.
private struct CrowdStand: Sendable {
  let store: LedgerStore
  let credentials: PlaceCredentials
  private let clients: [TestClient]
  private let placeWallet: EntityID
  private let asset: EntityID

  private static let (operatorTag, tag) = ("333C9A6E", "68B87420")

  struct Reply: Sendable {
    let status: HTTPResponse.Status
    let text: String
    let json: JSON
  }

  static func run(connections: Int, _ body: @Sendable (CrowdStand) async throws -> Void) async throws {
    let stage = try await Stage()
    let pairing = try await stage.administration.pairAgain(place: "Bar du Port")
    let asset = try await stage.administration.createAsset(
      place: "Bar du Port", name: "Euro", currency: "EUR", category: .localFiat)
    let lines = [operatorTag, tag].map { "https://x.test/qr/\(EntityID.random()),\($0),\($0)" }
    _ = try await stage.administration.importCards(
      try CardFile(lines.joined(separator: "\n")), place: "Bar du Port", generation: 1)
    _ = try await stage.administration.setPrimary(tag: operatorTag, place: "Bar du Port")
    let store = stage.store
    try await stage.app.test(.live) { http in
      let port = try #require(http.port)
      let clients = (0..<connections).map { _ in TestClient(host: "localhost", port: port) }
      for client in clients { client.connect() }
      let key = try TestKeys.till(0)
      let handshake = Handshake.request(
        place: pairing.place.uuid, ip: "127.0.0.1", url: "http://till.test", adminKey: APIKey.generate().text,
        publicKeyPEM: key.publicKey.pem)
      let temporary = CrowdStand(
        store: store, credentials: try PlaceCredentials(apiKey: pairing.pairing.temporaryKey, key: key),
        clients: clients, placeWallet: pairing.place.wallet, asset: asset.uuid)
      let answer = try await temporary.post("/place/handshake/", handshake, by: clients[0])
      let lasting = try #require(Handshake.Answer(parsing: Array(answer.text.utf8)))
      try await body(
        CrowdStand(
          store: store, credentials: try PlaceCredentials(apiKey: lasting.apiKey, key: key), clients: clients,
          placeWallet: lasting.wallet, asset: asset.uuid))
      for client in clients { try await client.shutdown() }
    }
  }

  /// Sends one request on each connection, none waiting for another; without headers each signs for itself.
  func atOnce(
    _ request: @Sendable @escaping (Int) throws -> (body: JSON, headers: [(String, String)])
  ) async throws -> [Reply] {
    try await withThrowingTaskGroup(of: Reply.self) { group in
      for (number, client) in clients.enumerated() {
        group.addTask {
          let (body, headers) = try request(number)
          return try await post("/transaction/", body, headers: headers, by: client)
        }
      }
      return try await group.reduce(into: []) { $0.append($1) }
    }
  }

  private func post(
    _ path: String, _ body: JSON, headers: [(String, String)] = [], by client: TestClient
  ) async throws -> Reply {
    let headers = headers.isEmpty ? try credentials.headersForPost(body: body) : headers
    let answer = try await client.execute(
      TestClient.Request(
        path, method: .post, authority: "localhost", headers: Self.fields(headers),
        body: ByteBuffer(string: body.pythonDump())))
    return try Self.reply(answer)
  }

  private func card() async throws -> JSON {
    try Self.reply(
      try await clients[0].execute(
        TestClient.Request(
          "/card/\(Self.tag)/", method: .get, authority: "localhost",
          headers: Self.fields(credentials.headersForGet())))
    ).json
  }

  func balance() async throws -> Int64? {
    try await card()["wallet"]?["tokens"]?.elements?.first?["value"]?.int64
  }

  func refill(_ amount: Int64) async throws {
    let wallet = try #require(try await card()["wallet"]?["uuid"]?.text)
    let reply = try await post(
      "/transaction/", transaction(amount, from: placeWallet.text, to: wallet), by: clients[0])
    #expect(reply.status == .created)
  }

  func sale(_ amount: Int64) async throws -> JSON {
    transaction(
      amount, from: try #require(try await card()["wallet"]?["uuid"]?.text), to: placeWallet.text)
  }

  private func transaction(_ amount: Int64, from sender: String, to receiver: String) -> JSON {
    [
      "amount": JSON(amount), "sender": JSON(sender), "receiver": JSON(receiver), "asset": JSON(asset.text),
      "user_card_firstTagId": JSON(Self.tag), "primary_card_fisrtTagId": JSON(Self.operatorTag),
    ]
  }

  /// Every transaction of the ledger, as it is exported.
  func books() async throws -> [JSON] {
    let objects = Gathered()
    _ = try await LedgerExport(store: store).run { objects.add($0) }
    return objects.all.filter { $0["kind"]?.text == "transaction" }
  }

  private final class Gathered: Sendable {
    private let objects = Mutex<[JSON]>([])
    var all: [JSON] { objects.withLock { $0 } }
    func add(_ object: JSON) { objects.withLock { $0.append(object) } }
  }

  private static func fields(_ headers: [(String, String)]) -> HTTPFields {
    var fields: HTTPFields = [.connection: "keep-alive"]
    for (name, value) in headers { fields[Stage.name(name)] = value }
    return fields
  }

  private static func reply(_ answer: TestClient.Response) throws -> Reply {
    let bytes = Array(buffer: answer.body ?? ByteBuffer())
    return Reply(
      status: answer.status, text: String(decoding: bytes, as: UTF8.self), json: try JSON.parse(bytes))
  }
}
