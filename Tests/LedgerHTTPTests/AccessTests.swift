import FedowProtocol
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Ledger
import Model
import Signing
import TestKit
import Testing

@Suite("Access, repetition and bad input over HTTP", .serialized)
struct AccessTests {
  /// A paired client of the stage's first place, with one asset and two cards.
  private struct Client: Sendable {
    let http: any TestClientProtocol
    let administration: Administration
    let database: String
    let credentials: PlaceCredentials
    let wallet: EntityID
    let asset: EntityID

    func post(_ path: String, _ body: JSON, headers: [(String, String)]? = nil) async throws -> TestResponse {
      var fields = HTTPFields()
      for (name, value) in try headers ?? credentials.headersForPost(body: body) { fields[Stage.name(name)] = value }
      return try await http.execute(
        uri: path, method: .post, headers: fields, body: ByteBuffer(string: body.pythonDump()))
    }

    func get(_ path: String) async throws -> TestResponse {
      var fields = HTTPFields()
      for (name, value) in credentials.headersForGet() { fields[Stage.name(name)] = value }
      return try await http.execute(uri: path, method: .get, headers: fields)
    }

    func balance(_ tag: String) async throws -> Int64? {
      try JSON.parse(Array(buffer: try await get("/card/\(tag)/").body))["wallet"]?["tokens"]?.elements?.first?[
        "value"]?
        .int64
    }
  }

  private func paired(_ body: @Sendable (Client) async throws -> Void) async throws {
    let stage = try await Stage()
    let pairing = try await stage.administration.pairAgain(place: "Bar du Port")
    let asset = try await stage.administration.createAsset(
      place: "Bar du Port", name: "Euro", currency: "EUR", category: .localFiat)
    let file = try CardFile(
      ["333C9A6E", "68B87420"].map {
        let id = EntityID.random()
        return "https://x.test/qr/\(id),\(id.text.prefix(8)),\($0)"
      }.joined(separator: "\n"))
    _ = try await stage.administration.importCards(file, place: "Bar du Port", generation: 1)
    _ = try await stage.administration.setPrimary(tag: "333C9A6E", place: "Bar du Port")
    let administration = stage.administration
    let database = stage.directory.appending(path: "ledger.sqlite").path
    try await stage.app.test(.router) { http in
      let key = try TestKeys.till(0)
      let request = Handshake.request(
        place: pairing.place.uuid, ip: "127.0.0.1", url: "http://kiosk.test", adminKey: APIKey.generate().text,
        publicKeyPEM: key.publicKey.pem)
      let temporary = try PlaceCredentials(apiKey: pairing.pairing.temporaryKey, key: key)
      var client = Client(
        http: http, administration: administration, database: database, credentials: temporary,
        wallet: pairing.place.wallet,
        asset: asset.uuid)
      let answer = try await client.post("/place/handshake/", request)
      let lasting = try #require(Handshake.Answer(parsing: Array(buffer: answer.body)))
      client = Client(
        http: http, administration: administration, database: database,
        credentials: try PlaceCredentials(apiKey: lasting.apiKey, key: key),
        wallet: lasting.wallet,
        asset: asset.uuid)
      try await body(client)
    }
  }

  private func refill(_ client: Client, _ amount: Int64) async throws -> JSON {
    let card = try JSON.parse(Array(buffer: try await client.get("/card/68B87420/").body))
    let wallet = try #require(card["wallet"]?["uuid"]?.text)
    return [
      "amount": JSON(amount), "sender": JSON(client.wallet.text), "receiver": JSON(wallet),
      "asset": JSON(client.asset.text), "user_card_firstTagId": "68B87420", "primary_card_fisrtTagId": "333C9A6E",
    ]
  }

  @Test("the same body with the same signature posts once; with another signature it posts again")
  func replay() async throws {
    try await paired { client in
      let body = try await refill(client, 100)
      let headers = try client.credentials.headersForPost(body: body)
      let first = try await client.post("/transaction/", body, headers: headers)
      let again = try await client.post("/transaction/", body, headers: headers)
      #expect(first.status == .created)
      #expect(again.status == .created)
      #expect(first.body == again.body)
      #expect(try await client.balance("68B87420") == 100)
      #expect(try await client.post("/transaction/", body).status == .created)
      #expect(try await client.balance("68B87420") == 200)
    }
  }

  @Test("a key that was rotated opens nothing from the next request on, and the place can be paired again")
  func rotatedKey() async throws {
    try await paired { client in
      let body = try await refill(client, 100)
      #expect(try await client.post("/transaction/", body).status == .created)
      let rotation = try await client.administration.rotateKey(place: "Bar du Port")
      #expect(rotation.stoppedKeys == 1)
      #expect(try await client.post("/transaction/", body).status == .forbidden)
      #expect(try await client.get("/card/68B87420/").status == .forbidden)
      let key = try TestKeys.till(1)
      let request = Handshake.request(
        place: rotation.pairing.place.uuid, ip: "127.0.0.1", url: "http://kiosk.test", adminKey: APIKey.generate().text,
        publicKeyPEM: key.publicKey.pem)
      let temporary = try PlaceCredentials(apiKey: rotation.pairing.pairing.temporaryKey, key: key)
      let answer = try await client.post(
        "/place/handshake/", request, headers: try temporary.headersForPost(body: request))
      let lasting = try PlaceCredentials(
        apiKey: try #require(Handshake.Answer(parsing: Array(buffer: answer.body))).apiKey, key: key)
      let sale = try await client.post("/transaction/", body, headers: try lasting.headersForPost(body: body))
      #expect(sale.status == .created)
    }
  }

  @Test("an Idempotency-Key knows a request that was signed anew, and does not serve twice for different requests")
  func idempotencyKey() async throws {
    try await paired { client in
      let body = try await refill(client, 100)
      let key = [("Idempotency-Key", "tap-1")]
      let first = try await client.post(
        "/transaction/", body, headers: try client.credentials.headersForPost(body: body) + key)
      let again = try await client.post(
        "/transaction/", body, headers: try client.credentials.headersForPost(body: body) + key)
      #expect(first.body == again.body)
      #expect(try await client.balance("68B87420") == 100)
      let other = try await refill(client, 5)
      let conflict = try await client.post(
        "/transaction/", other, headers: try client.credentials.headersForPost(body: other) + key)
      #expect(conflict.status == .conflict)
      #expect(try JSON.parse(Array(buffer: conflict.body))["code"]?.text == "idempotency_conflict")
    }
  }

  @Test("a request that was caught posts nothing more, however its signature, its path or its key is written again")
  func spelling() async throws {
    try await paired { client in
      let body = try await refill(client, 100)
      let headers = try client.credentials.headersForPost(body: body)
      let signed = { (change: (String) -> String) in headers.map { ($0.0, $0.0 == "Signature" ? change($0.1) : $0.1) } }
      let first = try await client.post("/transaction/", body, headers: headers)
      #expect(first.status == .created)
      let otherAlphabet = signed { $0.replacing("-", with: "+").replacing("_", with: "/") }
      // Of the last character before the padding two bits count.
      let otherRest = signed { text in
        let last = text.utf8.firstIndex(of: UInt8(ascii: "=")).map { text.index(before: $0) } ?? text.startIndex
        let same = ["A": "B", "Q": "R", "g": "h", "w": "x"][String(text[last])] ?? ""
        return text.replacingCharacters(in: last...last, with: same)
      }
      let otherKey = headers + [("Idempotency-Key", "another")]
      for (path, headers) in [
        ("/transaction/", otherAlphabet), ("/transaction/", otherRest), ("/transaction", headers),
        ("//transaction//", headers), ("/transaction/", otherKey), ("/transaction", otherKey),
      ] {
        let again = try await client.post(path, body, headers: headers)
        #expect(again.body == first.body, "\(path) \(headers)")
      }
      #expect(try await client.balance("68B87420") == 100)
      // What was said again under its own key was signed anew, and may be caught as well.
      let sent = try (0..<2).map { _ in try client.credentials.headersForPost(body: body) }
      for headers in sent {
        _ = try await client.post("/transaction/", body, headers: headers + [("Idempotency-Key", "tap-1")])
      }
      #expect(try await client.balance("68B87420") == 200)
      for headers in sent {
        _ = try await client.post("/transaction/", body, headers: headers)
        _ = try await client.post("/transaction/", body, headers: headers + [("Idempotency-Key", "tap-2")])
      }
      #expect(try await client.balance("68B87420") == 200)
    }
  }

  @Test("a debit answers 201, then 200 with the same body, and can be asked for by its id")
  func debit() async throws {
    try await paired { client in
      _ = try await client.post("/transaction/", try await refill(client, 100))
      let id = EntityID.random()
      let body: JSON = [
        "id": JSON(id.text), "card": "68B87420", "parts": [["asset": JSON(client.asset.text), "amount": 30]],
      ]
      #expect(try await client.get("/v1/debits/\(id)/").status == .notFound)
      let first = try await client.post("/v1/debits/", body)
      let again = try await client.post("/v1/debits/", body)
      let asked = try await client.get("/v1/debits/\(id)/")
      #expect([first.status, again.status, asked.status] == [.created, .ok, .ok])
      #expect(first.body == again.body)
      #expect(first.body == asked.body)
      #expect(try await client.balance("68B87420") == 70)
    }
  }

  /// Bodies that are wrong in every way a client can think of.
  static let badBodies: [JSON] = [
    .null, [], "x", 5, [:], ["amount": 1], ["amount": .object(JSONObject())],
    ["amount": "1e3", "sender": 5, "receiver": [:], "asset": "nope"],
    ["amount": .integer(JSONInteger(.max)), "sender": "é", "receiver": true, "asset": nil],
    ["id": "x", "card": 5, "parts": []], ["first_tag_id": ["a"]], ["first_tag_id": "\u{0}", "delete": "x"],
    ["name": "", "currency_code": [], "category": 7], [[:]], [["first_tag_id": 5, "generation": "x"]], [5],
  ]

  @Test(
    "whatever the body, the answer is 4xx and JSON, and nothing is posted",
    arguments: [
      "/transaction/", "/card/", "/card/set_primary/", "/card/badge/", "/card/refund/", "/asset/", "/v1/debits/",
    ])
  func badInput(path: String) async throws {
    try await paired { client in
      for body in Self.badBodies where !(path == "/card/" && body == []) {
        let response = try await client.post(path, body)
        #expect((400..<500).contains(response.status.code), "\(path) \(body.compact)")
        #expect((try? JSON.parse(Array(buffer: response.body))) != nil, "\(path) \(body.compact)")
      }
      #expect(try await client.balance("68B87420") == nil)
    }
  }

  @Test("a key that was not signed for opens nothing", arguments: ["/transaction/", "/v1/debits/", "/card/"])
  func unsigned(path: String) async throws {
    try await paired { client in
      let authorization = try client.credentials.headersForPost(body: [:])[0]
      #expect(try await client.post(path, [:], headers: [authorization]).status == .forbidden)
    }
  }

  @Test("a place that is shut out gets nothing from the next request on")
  func disabledPlace() async throws {
    try await paired { client in
      #expect(try await client.get("/asset/").status == .ok)
      _ = try await client.administration.setDisabled(true, place: "Bar du Port")
      #expect(try await client.get("/asset/").status == .forbidden)
    }
  }

  @Test("what another process changes counts for the next sale")
  func anotherProcess() async throws {
    try await paired { client in
      let other = Administration(store: try LedgerStore(path: client.database))
      let foreign = try await other.createAsset(
        place: "Cafe du Nord", name: "Nord", currency: "NRD", category: .localFiat)
      _ = try await client.get("/card/68B87420/")
      let card = try JSON.parse(Array(buffer: try await client.get("/card/68B87420/").body))
      let sale: JSON = [
        "amount": 100, "sender": try #require(card["wallet"]?["uuid"]), "receiver": JSON(client.wallet.text),
        "asset": JSON(foreign.uuid.text), "user_card_firstTagId": "68B87420", "primary_card_fisrtTagId": "333C9A6E",
      ]
      let outcome = { @Sendable () async throws -> String? in
        let answer = try JSON.parse(Array(buffer: try await client.post("/transaction/", sale).body))
        return (answer["non_field_errors"]?.elements?.first ?? answer["detail"])?.text
      }
      #expect(try await outcome() == "Asset not accepted")
      _ = try await other.createFederation(
        name: "Shared", places: ["Bar du Port", "Cafe du Nord"], assets: ["Nord"])
      #expect(try await outcome() == "Sender token does not exist")
      _ = try await other.change(federation: "Shared", .removePlace("Bar du Port"))
      #expect(try await outcome() == "Asset not accepted")
      _ = try await other.setDisabled(true, place: "Bar du Port")
      #expect(try await client.post("/transaction/", sale).status == .forbidden)
    }
  }
}
