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

@Suite("Memberships and entrances over HTTP", .serialized)
struct MembershipHTTPTests {
  private func ask(
    _ client: HostileClient, _ method: HTTPRequest.Method, _ path: String, _ access: Access, _ body: JSON? = nil
  ) async throws -> (status: Int, json: JSON) {
    let response = try await client.send(method, path, access: access, body: body.map { Array($0.pythonDump().utf8) })
    let bytes = Array(buffer: response.body)
    let faults = try APIDocument().faults(
      method: method.rawValue, path: path, status: Int(response.status.code), answer: bytes)
    #expect(faults == [], "\(method) \(path)")
    return (Int(response.status.code), try JSON.parse(bytes))
  }

  @Test("place and holder read who is a member, and a door is asked in one call")
  func routes() async throws {
    let stage = try await Stage()
    let (administration, store) = (stage.administration, stage.store)
    try await stage.app.test(.router) { http in
      let client = try await HostileClient(http, administration: administration)
      let make = { (name: String, category: AssetCategory) in
        try await administration.createAsset(place: "Bar du Port", name: name, currency: "X", category: category)
      }
      let member = try await make("Member", .membership)
      let badge = try await make("Door", .badge)
      _ = try await administration.setMembership(asset: "Member", MembershipChange(period: .year))
      let entrance: JSON = ["memberships": [JSON(member.uuid.text)], "badge": JSON(badge.uuid.text)]
      let tap = { (id: EntityID) -> JSON in
        ["id": JSON(id.text), "card": "68B87420", "parts": [], "entrance": entrance]
      }
      let stranger = EntityID.random()
      let none = try await ask(client, .post, "/v1/debits/", .place, tap(stranger))
      #expect(none.status == 403)
      #expect(none.json["code"]?.text == "membership_none")
      #expect(none.json["entrance"]?["standing"]?.text == "none")
      let asked = try await ask(client, .get, "/v1/debits/\(stranger)/", .place)
      #expect(asked.json["state"]?.text == "refused")
      _ = try await administration.grantMembership(asset: "Member", card: "68B87420", from: nil)
      let entered = try await ask(client, .post, "/v1/debits/", .place, tap(EntityID.random()))
      #expect(entered.status == 201)
      #expect(entered.json["entrance"]?["standing"]?.text == "valid")
      let read = try await ask(client, .get, "/v1/cards/68B87420/memberships/", .place)
      #expect(read.json["memberships"]?.elements?.map { $0["standing"]?.text } == ["valid"])
      let before = try await ask(client, .get, "/v1/cards/68B87420/memberships/?at=2001-01-01T00:00:00Z", .place)
      #expect(before.json["memberships"]?.elements?.map { $0["standing"]?.text } == ["begins"])
      #expect(try await ask(client, .get, "/v1/cards/68B87420/memberships/?at=then", .place).status == 400)
      #expect(try await ask(client, .get, "/v1/cards/68B87420/", .place).status == 200)
      #expect(try await ask(client, .get, "/v1/renewals/", .place).json == [])
      #expect(try await ask(client, .get, "/v1/wallet/memberships/", .wallet).json["memberships"] == [])
    }
    #expect(try await LedgerAudit(store: store).run().breaks == [])
  }
}
