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

@Suite("The native calls over HTTP", .serialized)
struct NativeTests {
  /// A till that was paired by a handshake, and what a further kiosk needs.
  private struct Till: Sendable {
    let http: any TestClientProtocol
    let stage: Administration
    let credentials: PlaceCredentials

    func post(_ path: String, _ body: JSON, by credentials: PlaceCredentials? = nil) async throws -> TestResponse {
      var fields = HTTPFields()
      for (name, value) in try (credentials ?? self.credentials).headersForPost(body: body) {
        fields[Stage.name(name)] = value
      }
      return try await http.execute(
        uri: path, method: .post, headers: fields, body: ByteBuffer(string: body.pythonDump()))
    }

    func get(_ path: String, by credentials: PlaceCredentials? = nil) async throws -> TestResponse {
      var fields = HTTPFields()
      for (name, value) in (credentials ?? self.credentials).headersForGet() { fields[Stage.name(name)] = value }
      return try await http.execute(uri: path, method: .get, headers: fields)
    }

    func enrol(_ code: String, key: RSAPrivateKey, name: String = "Bar, left") async throws -> TestResponse {
      let body: JSON = ["code": JSON(code), "name": JSON(name), "public_key": JSON(key.publicKey.pem)]
      // What authorises is the code and the key's own signature; the API key is not looked at.
      return try await post(
        "/v1/devices/", body, by: try PlaceCredentials(apiKey: APIKey.generate().text, key: key))
    }

    func code() async throws -> String {
      let made = try JSON.parse(Array(buffer: try await post("/v1/devices/codes/", ["name": "Bar, left"]).body))
      return try #require(made["code"]?.text)
    }
  }

  private func paired(_ body: @Sendable (Till, Stage) async throws -> Void) async throws {
    let stage = try await Stage()
    nonisolated(unsafe) let theStage = stage
    let pairing = try await stage.administration.pairAgain(place: "Bar du Port")
    try await stage.app.test(.router) { http in
      let key = try TestKeys.till(0)
      let request = Handshake.request(
        place: pairing.place.uuid, ip: "127.0.0.1", url: "http://till.test", adminKey: APIKey.generate().text,
        publicKeyPEM: key.publicKey.pem)
      let temporary = Till(
        http: http, stage: theStage.administration,
        credentials: try PlaceCredentials(apiKey: pairing.pairing.temporaryKey, key: key))
      let answer = try await temporary.post("/place/handshake/", request)
      let lasting = try #require(Handshake.Answer(parsing: Array(buffer: answer.body)))
      let till = Till(
        http: http, stage: theStage.administration,
        credentials: try PlaceCredentials(apiKey: lasting.apiKey, key: key))
      try await body(till, theStage)
    }
  }

  private func json(_ response: TestResponse) throws -> JSON { try JSON.parse(Array(buffer: response.body)) }

  @Test("a further kiosk is enrolled by a code that is good once, and its key leaves the till's alone")
  func enrolment() async throws {
    try await paired { till, _ in
      let (key, other) = (try RSAPrivateKey.generate(), try RSAPrivateKey.generate())
      let code = try await till.code()
      let first = try json(try await till.enrol(code, key: key))
      let kiosk = try PlaceCredentials(apiKey: try #require(first["api_key"]?.text), key: key)
      #expect(first["place_name"]?.text == "Bar du Port")
      #expect(try await till.get("/v1/devices/", by: kiosk).status == .ok)
      // Another may not use it; the same may, because its answer may have been lost, and is the same device.
      #expect(try json(try await till.enrol(code, key: other))["code"]?.text == "pairing_invalid")
      let again = try json(try await till.enrol(code, key: key))
      #expect(again["device"] == first["device"])
      #expect(try await till.get("/v1/devices/", by: kiosk).status == .forbidden)
      let renewed = try PlaceCredentials(apiKey: try #require(again["api_key"]?.text), key: key)
      let devices = try json(try await till.get("/v1/devices/", by: renewed)).elements ?? []
      #expect(devices.map { $0["name"]?.text } == ["http://till.test", "Bar, left"])
      #expect(devices.map { $0["is_this"]?.bool } == [false, true])
      #expect(devices[0]["last_seen_at"]?.text != nil)

      let device = try #require(first["device"]?.text)
      #expect(try await till.post("/v1/devices/\(device)/revoke/", [:]).status == .ok)
      #expect(try await till.get("/v1/devices/", by: renewed).status == .forbidden)
      #expect(try await till.post("/v1/debits/", [:], by: renewed).status == .forbidden)
      #expect(try await till.get("/v1/devices/").status == .ok)
      #expect(try json(try await till.enrol(code, key: key))["code"]?.text == "pairing_invalid")
      let trail = try json(try await till.get("/v1/audit/?since=0")).elements ?? []
      #expect(trail.map { $0["what"]?.text } == ["paired", "enrolment_code_made", "enrolled", "revoked"])
    }
  }

  @Test("a code expires, is not stored, and must be signed for by the key that is enrolled")
  func badCodes() async throws {
    try await paired { till, stage in
      let key = try TestKeys.till(1)
      let old = Administration(store: stage.store, clock: { LedgerTime.now().adding(seconds: -901) })
      let expired = try await old.enrolmentCode(place: "Bar du Port", name: "late")
      #expect(try json(try await till.enrol(expired.code.text, key: key))["code"]?.text == "pairing_invalid")
      #expect(try json(try await till.enrol("nonsense", key: key))["code"]?.text == "pairing_invalid")
      let code = try await till.code()
      let body: JSON = ["code": JSON(code), "name": "x", "public_key": JSON(key.publicKey.pem)]
      #expect(try json(try await till.post("/v1/devices/", body))["code"]?.text == "signature_invalid")
      let secret = try EnrolmentCode(parsing: code).secret.text
      let file = try Data(contentsOf: stage.directory.appending(path: "ledger.sqlite-wal"))
      #expect(file.range(of: Data(secret.utf8)) == nil)
      #expect(file.range(of: Data(secret.prefix(8).utf8)) != nil)
    }
  }

  @Test("a place's policy is what its operator set, and a wrong one changes nothing")
  func policy() async throws {
    try await paired { till, stage in
      let policy = try json(try await till.get("/v1/policy/"))
      #expect(policy["offline"]?["is_allowed"]?.bool == false)
      #expect(policy["void_window_s"]?.int64 == 600)
      #expect(policy["time_zone"]?.text == "Europe/Paris")
      _ = try await stage.administration.changePolicy(place: "Bar du Port") {
        $0.isOfflineAllowed = true
        $0.offlinePerCard = 1500
        $0.spendOrder = ["federated", "gift", "own_local", "other_local"]
      }
      await #expect(throws: Refusal.self) {
        try await stage.administration.changePolicy(place: "Bar du Port") {
          $0.voidWindow = 1
          $0.spendOrder = ["gift"]
        }
      }
      let changed = try json(try await till.get("/v1/policy/"))
      #expect(changed["offline"]?["is_allowed"]?.bool == true)
      #expect(changed["offline"]?["per_card"]?.int64 == 1500)
      #expect(changed["void_window_s"]?.int64 == 600)
      #expect(changed["spend_order"]?.elements?.first?.text == "federated")
    }
  }

  @Test("an owner grants, sees and revokes by signature; another sees nothing of it")
  func delegations() async throws {
    try await paired { till, stage in
      let key = try TestKeys.till(2)
      let created = try await till.post(
        "/wallet/get_or_create/", ["email": "a@b.test", "public_pem": JSON(key.publicKey.pem)],
        by: try PlaceCredentials(apiKey: till.credentials.apiKey, key: key))
      let wallet = try #require(try json(created).text.flatMap { EntityID($0) })
      let date = Stage.recordedAt.isoformat.replacing("+00:00", with: "")
      @Sendable func send(_ path: String, _ body: JSON?) async throws -> JSON {
        let message = body.map { SignedMessage.post($0) } ?? SignedMessage.walletGet(wallet: wallet, date: date)
        var fields = HTTPFields()
        fields[Stage.name("Wallet")] = wallet.text
        fields[.date] = date
        fields[Stage.name("Signature")] = Base64URL.encode(try key.sign(message))
        return try json(
          try await till.http.execute(
            uri: path, method: body == nil ? .get : .post, headers: fields,
            body: body.map { ByteBuffer(string: $0.pythonDump()) }))
      }
      let granted = try await send(
        "/v1/delegations/",
        ["grantee": ["all": true], "per_day": 2500, "time_zone": "Asia/Kathmandu", "until": "2099-01-01T00:00:00Z"])
      #expect(granted["source"]?.text == "owner")
      #expect(granted["day_ends_at"]?.text?.hasSuffix("T18:15:00Z") == true)
      let wrong: [JSON] = [
        ["grantee": ["all": false]], ["grantee": ["place": "x"]], ["grantee": ["all": true], "per_tap": 0],
        ["grantee": ["all": true], "per_day": 1.5], ["grantee": ["all": true], "time_zone": "../etc/passwd"],
        ["grantee": ["all": true], "until": "2000-01-01T00:00:00Z"], ["grantee": ["all": true], "assets": []],
        ["grantee": ["all": true, "place": "x"]], ["grantee": ["all": true], "purpose": "theft"],
      ]
      for body in wrong { #expect(try await send("/v1/delegations/", body)["code"]?.text != nil, "\(body.compact)") }
      #expect(try await send("/v1/delegations/", nil).elements?.count == 1)
      let id = try #require(granted["id"]?.text)
      #expect(try await send("/v1/delegations/\(id)/revoke/", [:])["revoked_by"]?.text == wallet.text)
      #expect(try await send("/v1/delegations/\(EntityID.random())/revoke/", [:])["code"]?.text == "not_found")
      _ = stage
    }
  }

  @Test("a card is refunded by preview, once; history and report say so, as the document describes them")
  func books() async throws {
    try await paired { till, stage in
      let (operatorTag, tag) = ("333C9A6E", "68B87420")
      let id = EntityID.random()
      let card = "https://x.test/qr/\(id),\(id.text.prefix(8)),\(tag)\n"
      let primary = "https://x.test/qr/\(EntityID.random()),0000000A,\(operatorTag)"
      _ = try await stage.administration.importCards(
        try CardFile(card + primary), place: "Bar du Port", generation: 1)
      _ = try await stage.administration.setPrimary(tag: operatorTag, place: "Bar du Port")
      let euro = try await stage.administration.createAsset(
        place: "Bar du Port", name: "Euro du Bar", currency: "EUB", category: .localFiat)
      let wallet = try json(try await till.get("/v1/cards/\(tag)/"))["wallet"]?.text
      let place = try #require(
        try await stage.administration.places().first { $0.name == "Bar du Port" })
      let refill: JSON = [
        "amount": 500, "sender": JSON(place.wallet.text), "receiver": JSON(wallet), "asset": JSON(euro.uuid.text),
        "user_card_firstTagId": JSON(tag), "primary_card_fisrtTagId": JSON(operatorTag),
      ]
      #expect(try await till.post("/transaction/", refill).status == .created)
      let document = APIDocument()
      let get = { (path: String) in
        let response = try await till.get(path)
        let bare = String(path.prefix { $0 != "?" })
        let faults = try document.faults(
          method: "GET", path: bare, status: Int(response.status.code), answer: Array(buffer: response.body))
        #expect(faults == [], "\(path)")
        return try json(response)
      }
      let path = "/v1/cards/\(tag)/refund/"
      let total = try await get(path)["total"]
      #expect(total?.int64 == 500)
      let body: JSON = [
        "id": JSON(EntityID.random().text), "operator_card": JSON(operatorTag), "expected_total": total ?? .null,
        "reason": "leaves", "void": false,
      ]
      #expect(document.faults(method: "POST", path: path, body: body) == [])
      let paid = try await till.post(path, body)
      #expect(paid.status == .created)
      #expect(
        try document.faults(method: "POST", path: path, status: 201, answer: Array(buffer: paid.body)) == [])
      // Signed anew, as who lost the answer would.
      #expect(try await till.post(path, body).body == paid.body)
      let history = try await get("/v1/cards/\(tag)/history/?limit=1")
      #expect(history["entries"]?.elements?.map { $0["amount"]?.int64 } == [-500])
      let next = try #require(history["next"]?.int64)
      let rest = try await get("/v1/wallets/\(wallet ?? "")/history/?before=\(next)&to=2999-01-01T00:00:00+02:00")
      #expect(rest["entries"]?.elements?.map { $0["action"]?.text } == ["REF"])
      let report = try await get("/v1/report/?by=day")
      #expect(report["rows"]?.elements?.map { $0["kind"]?.text } == ["refill", "refund"])
      #expect(report["rows"]?.elements?.map { $0["amount"]?.int64 } == [500, 500])
      for bad in ["report/?by=year", "report/?from=x", "cards/\(tag)/history/?limit=1001", "wallets/x/history/"] {
        #expect((400..<500).contains(try await till.get("/v1/\(bad)").status.code), "\(bad)")
      }
      #expect(try json(try await till.get("/v1/cards/AAAAAAAA/history/"))["code"]?.text == "unknown_card")
    }
  }

  @Test(
    "what is malformed is a 4xx with a code",
    arguments: [
      "/v1/debits/", "/v1/devices/", "/v1/devices/codes/", "/v1/devices/x/revoke/", "/v1/debits/x/void/",
      "/v1/debits/2187852c-f6b5-4dcb-a858-f0777f4ef73d/void/",
      "/v1/debits/2187852c-f6b5-4dcb-a858-f0777f4ef73d/settle/",
      "/v1/primary-cards/x/", "/v1/cards/68B87420/refund/",
    ])
  func malformed(path: String) async throws {
    let bodies: [JSON] = [
      .null, [], 5, ["id": 5], ["how": "x"], ["locked": 1, "name": []], ["until": "x", "name": "", "code": 5],
      ["id": "2187852c-f6b5-4dcb-a858-f0777f4ef73d", "card": "A", "is_offline": true, "parts": [["asset": 1]]],
    ]
    try await paired { till, _ in
      for body in bodies {
        let response = try await till.post(path, body)
        #expect((400..<500).contains(response.status.code), "\(path) \(body.compact)")
        #expect(try json(response)["code"]?.text != nil, "\(path) \(body.compact)")
      }
    }
  }
}

extension LedgerTime {
  fileprivate func adding(seconds: Int64) -> LedgerTime {
    LedgerTime(microseconds: microseconds + seconds * 1_000_000)
  }
}
