import FedowProtocol
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Ledger
import Model
import Testing

@testable import LedgerHTTP

@Suite("What a place takes, over HTTP", .serialized)
struct AcceptanceHTTPTests {
  private func call(
    _ client: HostileClient, _ method: HTTPRequest.Method, _ body: JSON? = nil
  ) async throws -> (status: Int, json: JSON) {
    let sent = body.map { Array($0.pythonDump().utf8) }
    let response = try await client.send(method, "/v1/acceptance/", access: .place, body: sent)
    let bytes = Array(buffer: response.body)
    let faults = try APIDocument().faults(
      method: method.rawValue, path: "/v1/acceptance/", status: Int(response.status.code), answer: bytes)
    #expect(faults == [])
    return (Int(response.status.code), try JSON.parse(bytes))
  }

  @Test("a place reads and sets its own by its signature; what is not shared with it stays unknown to it")
  func routes() async throws {
    let stage = try await Stage()
    let administration = stage.administration
    let coin = try await administration.createAsset(
      place: "Cafe du Nord", name: "Coin", currency: "COI", category: .localFiat)
    let secret = try await administration.createAsset(
      place: "Cafe du Nord", name: "Secret", currency: "SEC", category: .localFiat)
    try await stage.app.test(.router) { http in
      let client = try await HostileClient(http, administration: administration)
      _ = try await administration.createFederation(
        name: "Quay", places: ["Bar du Port", "Cafe du Nord"], assets: ["Coin", "Euro"])
      let before = try await call(client, .get)
      #expect(before.json["unnamed"]?.text == "accepted")
      #expect(before.json["assets"]?.elements?.compactMap { $0["name"]?.text } == ["Coin"])
      let change: JSON = [
        "unnamed": "refused", "operator_card": "333C9A6E",
        "assets": [["asset": JSON(coin.uuid.text), "is_accepted": true, "ceiling": 50_000]],
      ]
      let after = try await call(client, .post, change)
      #expect(after.status == 200)
      #expect(after.json["assets"]?.elements?.first?["room"]?.int64 == 50_000)
      #expect(try await call(client, .get).json == after.json)
      let unshared: JSON = ["assets": [["asset": JSON(secret.uuid.text), "is_accepted": true]]]
      #expect(try await call(client, .post, unshared).status == 404)
      let open = try await client.send(.get, "/v1/acceptance/", access: .open, body: nil)
      #expect(open.status == .forbidden)
    }
  }
}
