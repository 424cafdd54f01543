import FedowProtocol
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Ledger
import Model
import Signing
import Testing

@testable import LedgerHTTP

@Suite("Transfers over HTTP", .serialized)
struct TransferHTTPTests {
  private func ask(
    _ client: HostileClient, _ method: HTTPRequest.Method, _ path: String, _ body: JSON? = nil
  ) async throws -> (status: Int, json: JSON) {
    let response = try await client.send(
      method, path, access: .wallet, body: body.map { Array($0.pythonDump().utf8) })
    let bytes = Array(buffer: response.body)
    let faults = try APIDocument().faults(
      method: method.rawValue, path: path, status: Int(response.status.code), answer: bytes)
    #expect(faults == [], "\(method) \(path)")
    return (Int(response.status.code), try JSON.parse(bytes))
  }

  @Test("a person gives by their signature, sees it before and after, and the books hold what was signed")
  func routes() async throws {
    let stage = try await Stage()
    let store = stage.store
    let administration = stage.administration
    try await stage.app.test(.router) { http in
      let client = try await HostileClient(http, administration: administration)
      let mine: JSON = ["wallet": JSON(client.wallet.text), "card_number": "68B87420"]
      let linked = try await client.send(
        .post, "/wallet/linkwallet_card_number/", access: .wallet, body: Array(mine.pythonDump().utf8))
      #expect(linked.status.code < 300)
      let friend = try RSAPrivateKey.generate()
      let person: JSON = ["email": "friend@example.test", "public_pem": JSON(friend.publicKey.pem)]
      let made = try await client.http.execute(
        uri: "/wallet/get_or_create/", method: .post,
        headers: [
          .authorization: "Api-Key \(client.place.apiKey)",
          Stage.name("Signature"): Base64URL.encode(try friend.sign(SignedMessage.post(person))),
        ], body: ByteBuffer(string: person.pythonDump()))
      #expect(made.status == .created)
      let asset = try await ask(client, .get, "/v1/wallet/demurrage/").json["assets"]
      #expect(asset?.elements?.isEmpty == true)
      let euro = try await administration.assets().first { $0.name == "Euro" }?.uuid.text
      let id = EntityID.random()
      let body: JSON = [
        "id": JSON(id.text), "receiver": ["email": "Friend@example.test"], "asset": JSON(euro), "amount": 1_200,
        "comment": "thanks",
      ]
      let path = "/v1/wallet/transfers/"
      let preview = try await ask(client, .post, path + "preview/", body)
      #expect(preview.status == 200)
      #expect(preview.json["balance"]?["after"]?.int64 == 3_800)
      let posted = try await ask(client, .post, path, body)
      #expect(posted.status == 201)
      #expect(try await ask(client, .post, path, body).status == 200)
      #expect(try await ask(client, .get, path + "\(id)/").json == posted.json)
      let limits = try await ask(client, .post, path + "limits/", ["per_transfer": 100, "per_day": nil, "total": nil])
      #expect(try await ask(client, .post, path + "limits/", ["per_transfer": 100]).status == 400)
      #expect(limits.json["per_transfer"]?.int64 == 100)
      let refused: JSON = [
        "id": JSON(EntityID.random().text), "receiver": ["email": "friend@example.test"], "asset": JSON(euro),
        "amount": 101,
      ]
      let over = try await ask(client, .post, path, refused)
      #expect(over.status == 403)
      #expect(over.json["code"]?.text == "over_transfer_limit")
      let list = try await ask(client, .get, path + "?limit=1").json
      #expect(list["transfers"]?.elements?.map { $0["party"]?.text } == ["friend@example.test"])
      #expect(try await ask(client, .get, path + "?before=1").json["transfers"] == [])
    }
    #expect(try await LedgerAudit(store: store).run().breaks == [])
  }
}
