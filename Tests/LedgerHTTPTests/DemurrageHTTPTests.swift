import FedowProtocol
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Ledger
import Model
import Rules
import Testing

@testable import LedgerHTTP

@Suite("Melting money over HTTP", .serialized)
struct DemurrageHTTPTests {
  private func ask(_ client: HostileClient, _ path: String, _ access: Access) async throws -> (status: Int, json: JSON)
  {
    let response = try await client.send(.get, path, access: access, body: nil)
    let bytes = Array(buffer: response.body)
    let faults = try APIDocument().faults(
      method: "GET", path: path, status: Int(response.status.code), answer: bytes)
    #expect(faults == [], "\(path)")
    return (Int(response.status.code), try JSON.parse(bytes))
  }

  @Test("a holder and a kiosk read what melts next; only the wallet's signature opens the holder's page")
  func routes() async throws {
    let stage = try await Stage()
    let administration = stage.administration
    try await stage.app.test(.router) { http in
      let client = try await HostileClient(http, administration: administration)
      let still = try await ask(client, "/v1/cards/68B87420/", .place)
      #expect(still.json["holdings"]?.elements?.first?["melts_next"] == nil)
      #expect(try await ask(client, "/v1/wallet/demurrage/", .wallet).json["assets"] == [])
      var change = MeltingChange(rate: 10_000, unit: .month, receiver: "Cafe du Nord", from: (2190, 1, 1))
      change.exempt = ["333C9A6E"]
      await #expect(throws: Refusal.self) { _ = try await administration.setMelting(asset: "Euro", change) }
      change.exempt = []
      _ = try await administration.setMelting(asset: "Euro", change)
      let melting = try await ask(client, "/v1/cards/68B87420/", .place)
      let next = melting.json["holdings"]?.elements?.first?["melts_next"]
      #expect(next?["amount"]?.int64 == 50)
      #expect(next?["at"]?.text?.hasPrefix("2190-01-31T23:00:00") == true)
      #expect(try await ask(client, "/v1/wallet/demurrage/", .open).status == 403)
      let mine: JSON = ["wallet": JSON(client.wallet.text), "card_number": "68B87420"]
      let linked = try await client.send(
        .post, "/wallet/linkwallet_card_number/", access: .wallet, body: Array(mine.pythonDump().utf8))
      #expect(linked.status.code < 300)
      let own = try await ask(client, "/v1/wallet/demurrage/", .wallet)
      #expect(own.status == 200)
      let asset = own.json["assets"]?.elements?.first
      #expect(asset?["balance"]?.int64 == 5_000)
      #expect(asset?["due"]?.int64 == 0)
      #expect(asset?["melts_next"] == next)
      #expect(asset?["terms"]?["period"]?.text == "month")
    }
  }
}
