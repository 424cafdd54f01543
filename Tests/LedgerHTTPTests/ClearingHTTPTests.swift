import FedowProtocol
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Ledger
import Model
import Testing

@testable import LedgerHTTP

@Suite("Clearing over HTTP", .serialized)
struct ClearingHTTPTests {
  private func call(
    _ client: HostileClient, _ method: HTTPRequest.Method, _ path: String, _ body: JSON? = nil
  ) async throws -> (status: Int, json: JSON) {
    let sent = body.map { Array($0.pythonDump().utf8) }
    let response = try await client.send(method, path, access: .place, body: sent)
    let bytes = Array(buffer: response.body)
    let faults = try APIDocument().faults(
      method: method.rawValue, path: path, status: Int(response.status.code), answer: bytes)
    #expect(faults == [], "\(path)")
    return (Int(response.status.code), try JSON.parse(bytes))
  }

  @Test("a place reads what concerns it and agrees by a signature over its position")
  func routes() async throws {
    let stage = try await Stage()
    let (administration, postings) = (stage.administration, stage.postings)
    let euro = { @Sendable [store = stage.store] () async throws -> String? in
      try await store.read { try $0.assets().first { $0.name == "Euro" }?.uuid.text }
    }
    try await stage.app.test(.router) { http in
      // The bar's card has 50.00 of the bar's own money, which the cafe takes.
      let client = try await HostileClient(http, administration: administration)
      _ = try await administration.createFederation(
        name: "Quay", places: ["Bar du Port", "Cafe du Nord"], assets: ["Euro"])
      #expect(try await call(client, .get, "/v1/clearings/").json == [])
      let cafe = try await administration.places().first { $0.name == "Cafe du Nord" }
      let debit = try DebitRequest([
        "id": JSON(EntityID.random().text), "card": "68B87420",
        "parts": [["asset": JSON(try await euro()), "amount": 1_200]],
      ])
      _ = try await postings.submit(PostDebit(place: try #require(cafe).uuid, debit: debit))
      var request = ClearingRequest(federation: "Quay")
      request.means = .bank
      let proposed = try await administration.proposeClearing(request)
      let id = try #require(proposed["id"]?.text.flatMap { EntityID($0) })
      let path = "/v1/clearings/\(id)/"
      #expect(try await call(client, .get, path).json["positions"] == proposed["positions"])
      #expect(try await call(client, .get, "/v1/clearings/").json.elements?.count == 1)
      #expect(try await call(client, .get, "/v1/clearings/\(EntityID.random())/").status == 404)
      #expect(try await call(client, .post, path + "agree/", ["net": 1_200]).status == 409)
      let agreed = try await call(
        client, .post, path + "agree/", ["net": -1_200, "operator_card": "333C9A6E"])
      #expect(agreed.json["parts"]?.elements?.first?["state"]?.text == "proposed")
      _ = try await administration.agreeToClearing(id, place: "Cafe du Nord")
      let transfer: JSON = ["part": 1, "payment": 1, "reference": "July", "paid_on": "2026-08-03"]
      #expect(try await call(client, .post, path + "declare/", transfer).status == 200)
      #expect(
        try await call(client, .post, path + "confirm/", ["part": 1, "payment": 1]).status == 403)
      _ = try await administration.confirmClearingPayment(
        id, place: "Cafe du Nord", part: 1, payment: 1)
      let settled = try await call(client, .post, path + "settle/", [:])
      #expect(settled.json["parts"]?.elements?.first?["state"]?.text == "settled")
      #expect(try await call(client, .post, path + "decline/", ["reason": "late"]).status == 409)
    }
    #expect(try await LedgerAudit(store: stage.store).run().breaks == [])
  }
}
