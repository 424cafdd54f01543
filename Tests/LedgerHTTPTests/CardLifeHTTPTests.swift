import FedowProtocol
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Ledger
import Model
import Testing

@testable import LedgerHTTP

/// Each route about a card's life, as it is described, with what it refuses.
@Suite("The life of a card over HTTP", .serialized)
struct CardLifeHTTPTests {
  /// A paired place with an operator's card `333C9A6E` and 50.00 on card `68B87420`, and a person.
  private struct Desk: Sendable {
    let client: HostileClient
    let store: LedgerStore
    private let document = APIDocument()

    init(_ client: HostileClient, store: LedgerStore) {
      self.client = client
      self.store = store
    }

    /// Sends a request and holds the answer against the document.
    func ask(
      _ method: HTTPRequest.Method, _ path: String, _ body: JSON? = nil, access: Access = .place
    ) async throws -> (status: Int, json: JSON) {
      let response = try await client.send(
        method, path, access: access, body: body.map { Array($0.pythonDump().utf8) })
      let bytes = Array(buffer: response.body)
      let faults = try document.faults(
        method: method.rawValue, path: path, status: Int(response.status.code), answer: bytes)
      #expect(faults == [], "\(method) \(path)")
      return (Int(response.status.code), try JSON.parse(bytes))
    }

    /// Asks for a card to be changed, with an operator's card and a new id.
    func change(_ path: String, _ fields: [(String, JSON)] = [], id: EntityID = EntityID.random()) async throws -> (
      status: Int, json: JSON
    ) {
      let body: [(String, JSON)] = [("id", JSON(id.text)), ("operator_card", "333C9A6E")]
      return try await ask(.post, path, .object(JSONObject(body + fields)))
    }

    func own(_ path: String, _ fields: [(String, JSON)] = []) async throws -> (status: Int, json: JSON) {
      try await ask(.post, path, .object(JSONObject(fields)), access: .wallet)
    }

    /// A new card of the place.
    func enroll(_ uid: String) async throws {
      let made = try await change(
        "/v1/cards/enroll/", [("generation", 1), ("cards", [["uid": JSON(uid)]])])
      #expect(made.status == 201)
    }
  }

  private func desk(_ body: @Sendable (Desk) async throws -> Void) async throws {
    let stage = try await Stage()
    let (administration, store) = (stage.administration, stage.store)
    try await stage.app.test(.router) { http in
      try await body(Desk(try await HostileClient(http, administration: administration), store: store))
    }
    #expect(try await LedgerAudit(store: store).run().breaks == [])
  }

  private func check(_ answer: (status: Int, json: JSON), _ status: Int, _ code: String? = nil) {
    #expect(answer.status == status)
    #expect(answer.json["code"]?.text == code)
  }

  @Test("GET /v1/cards/ finds, with an address in the query too, and refuses what is unknown")
  func find() async throws {
    try await desk { desk in
      let found = try await desk.ask(.get, "/v1/cards/?q=68B87420")
      check(found, 200)
      let qrcode = try #require(found.json["cards"]?.elements?.first?["qrcode"]?.text)
      let again = try await desk.ask(.get, "/v1/cards/?q=https%3A%2F%2Fx.test%2Fqr%2F\(qrcode)%2F")
      #expect(again.json == found.json)
      check(try await desk.ask(.get, "/v1/cards/?q=nothing"), 404, "unknown_card")
      check(try await desk.ask(.get, "/v1/cards/"), 404, "unknown_card")
    }
  }

  @Test("POST enroll and unenroll")
  func enrol() async throws {
    try await desk { desk in
      let cards: [(String, JSON)] = [("generation", 2), ("cards", [["uid": "AABBCCDD"]])]
      let id = EntityID.random()
      let made = try await desk.change("/v1/cards/enroll/", cards, id: id)
      check(made, 201)
      #expect(try await desk.change("/v1/cards/enroll/", cards, id: id).json == made.json)
      check(try await desk.change("/v1/cards/enroll/", cards), 409, "card_exists")
      check(try await desk.change("/v1/cards/enroll/", [("generation", 2)], id: id), 409, "idempotency_conflict")
      check(try await desk.change("/v1/cards/enroll/", [("generation", 2)]), 400, "request_malformed")
      check(try await desk.change("/v1/cards/AABBCCDD/unenroll/"), 200)
      check(try await desk.change("/v1/cards/AABBCCDD/unenroll/"), 404, "unknown_card")
      check(try await desk.change("/v1/cards/68B87420/unenroll/"), 409, "card_in_use")
    }
  }

  @Test("POST bind, and what its new holder sees")
  func bind() async throws {
    try await desk { desk in
      let path = "/v1/cards/68B87420/bind/"
      check(try await desk.change(path, [("email", "nobody@example.test")]), 404, "person_unknown")
      check(try await desk.change(path), 400, "request_malformed")
      let bound = try await desk.change(path, [("email", "A@example.test")])
      check(bound, 200)
      #expect(bound.json["email_pending"]?.text == "a@example.test")
      let before = try await desk.ask(.get, "/v1/wallet/cards/", access: .wallet)
      #expect(before.json["offered"]?.elements?.map { $0["tag"]?.text } == ["68B87420"])
      let request: JSON = ["id": JSON(EntityID.random().text)]
      check(
        try await desk.ask(.post, "/v1/wallet/cards/00000000/confirm/", request, access: .wallet), 404, "unknown_card")
      let confirmed = try await desk.ask(.post, "/v1/wallet/cards/68B87420/confirm/", request, access: .wallet)
      check(confirmed, 200)
      #expect(confirmed.json["wallet"]?.text == desk.client.wallet.text)
      check(try await desk.change(path, [("email", "a@example.test")]), 409, "card_in_use")
      let own = try await desk.ask(.get, "/v1/wallet/cards/", access: .wallet)
      #expect(own.json["cards"]?.elements?.map { $0["tag"]?.text } == ["68B87420"])
      #expect(own.json["offered"] == [])
    }
  }

  @Test("POST lost and unblock, sighted in between, and GET sightings")
  func lostAndFound() async throws {
    try await desk { desk in
      check(
        try await desk.ask(.post, "/v1/cards/68B87420/lost/", ["id": JSON(EntityID.random().text)]), 400,
        "primary_card_invalid")
      check(try await desk.change("/v1/cards/00000000/lost/"), 404, "unknown_card")
      check(try await desk.change("/v1/cards/68B87420/lost/", [("reason", "left on the bus")]), 200)
      let id = JSON(EntityID.random().text)
      check(try await desk.ask(.post, "/v1/cards/68B87420/sighted/", ["id": id, "reader": "left"]), 200)
      check(try await desk.ask(.post, "/v1/cards/00000000/sighted/", ["id": id]), 409, "idempotency_conflict")
      let seen = try await desk.ask(.get, "/v1/sightings/?since=0").json["sightings"]?.elements ?? []
      #expect(seen.map { $0["device"]?.text } == ["http://till.test"])
      check(try await desk.ask(.get, "/v1/sightings/?since=x"), 400, "request_malformed")
      let free = try await desk.change("/v1/cards/68B87420/unblock/")
      check(free, 200)
      #expect(free.json["state"]?.text == "usable")
      check(try await desk.change("/v1/cards/00000000/unblock/"), 404, "unknown_card")
    }
  }

  @Test("GET reassignment, POST reassign and undo")
  func reassign() async throws {
    try await desk { desk in
      try await desk.enroll("AABBCCDD")
      let path = "/v1/cards/68B87420/reassignment/"
      let preview = try await desk.ask(.get, path + "?to=AABBCCDD&with_primary=true")
      check(preview, 200)
      #expect(preview.json["moves"]?["balances"]?.elements?.map { $0["balance"]?.int64 } == [5000])
      check(try await desk.ask(.get, path + "?to=00000000"), 404, "unknown_card")
      check(try await desk.ask(.get, path), 400, "request_malformed")
      check(try await desk.ask(.get, path + "?to=AABBCCDD&with_primary=maybe"), 400, "request_malformed")
      check(
        try await desk.change("/v1/cards/68B87420/reassign/", [("to", "333C9A6E")]), 409, "card_in_use")
      let id = EntityID.random()
      check(try await desk.change("/v1/cards/68B87420/reassign/", [("to", "AABBCCDD")], id: id), 201)
      let legacy = try await desk.ask(.get, "/card/68B87420/").json
      #expect(legacy["wallet"]?["tokens"] == [])
      check(try await desk.change("/v1/reassignments/\(EntityID.random())/undo/"), 404, "not_found")
      check(try await desk.change("/v1/reassignments/\(id)/undo/"), 200)
      check(try await desk.change("/v1/reassignments/\(id)/undo/"), 409, "too_late")
    }
  }

  @Test("a holder limits, blocks, frees and replaces their card by signature, and no other card")
  func own() async throws {
    try await desk { desk in
      let path = "/v1/wallet/cards/68B87420"
      check(try await desk.own(path + "/limits/", [("per_tap", 100)]), 404, "unknown_card")
      check(try await desk.change("/v1/cards/68B87420/bind/", [("email", "a@example.test")]), 200)
      check(try await desk.own(path + "/confirm/", []), 200)
      try await desk.enroll("AABBCCDD")
      let limited = try await desk.own(path + "/limits/", [("per_tap", 100), ("per_day", .null)])
      check(limited, 200)
      #expect(limited.json["limits"]?["per_tap"] == 100)
      check(try await desk.own(path + "/limits/", [("per_tap", 0)]), 400, "amount_invalid")
      check(try await desk.own(path + "/lost/"), 200)
      check(try await desk.change("/v1/cards/68B87420/unblock/"), 403, "not_yours_to_unblock")
      check(try await desk.own(path + "/unblock/"), 200)
      check(try await desk.change("/v1/cards/68B87420/reassign/", [("to", "AABBCCDD")]), 403, "holder_must_sign")
      let moved = try await desk.own(path + "/reassign/", [("to", "AABBCCDD")])
      check(moved, 201)
      let id = try #require(moved.json["id"]?.text)
      check(try await desk.change("/v1/reassignments/\(id)/undo/"), 404, "not_found")
      check(try await desk.own("/v1/wallet/reassignments/\(id)/undo/"), 200)
      check(try await desk.own(path + "/reassign/", [("to", "333C9A6E")]), 409, "card_in_use")
    }
  }
}
