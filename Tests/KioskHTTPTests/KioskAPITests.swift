import FedowProtocol
import Hummingbird
import HummingbirdTesting
import Kiosk
import KioskHTTP
import Logging
import Model
import TestKit
import Testing

@Suite(.timeLimit(.minutes(10))) struct KioskAPITests {
  private let bench = APIBench()

  private func kiosk(isPaired: Bool = true) async throws -> TapKiosk {
    try await bench.kiosk(isPaired: isPaired, needsOperator: false)
  }

  private func call(
    _ kiosk: TapKiosk, _ method: HTTPRequest.Method, _ path: String, _ body: String? = nil,
    headers: HTTPFields = [.contentType: "application/json"]
  ) async throws -> (status: Int, json: JSON) {
    try await bench.call(kiosk, method, path, body, headers: headers)
  }

  @Test func aChargeIsOpenedShownAndCancelled() async throws {
    let kiosk = try await kiosk()
    let opened = try await call(kiosk, .post, "/v1/charges", #"{"amount": 350, "description": "Bière"}"#)
    #expect(opened.status == 201)
    let id = try #require(opened.json["id"]?.text)
    let shown = try await call(kiosk, .get, "/v1/charges/\(id)")
    #expect(shown.json == opened.json)
    #expect(shown.json["state"] == "waiting")
    let busy = try await call(kiosk, .post, "/v1/charges", #"{"amount": 1}"#)
    #expect(busy.status == 409)
    #expect(busy.json["code"] == "charge_busy")
    #expect(busy.json["sentence_fr"]?.text?.isEmpty == false)
    let cancelled = try await call(kiosk, .delete, "/v1/charges/\(id)")
    #expect(cancelled.json["state"] == "cancelled")
  }

  @Test(arguments: [
    (#"{"amount": 0}"#, "amount_invalid"), (#"{"amount": -1}"#, "amount_invalid"),
    (#"{"amount": 3.5}"#, "amount_invalid"), (#"{"amount": "350"}"#, "amount_invalid"), ("{}", "amount_invalid"),
    (#"{"amount": 99999999999999999999}"#, "amount_invalid"), ("[350]", "request_malformed"),
    ("{", "request_malformed"), (#"{"amount": 1, "description": 7}"#, "request_malformed"),
    (#"{"amount": 1, "description": "\#(String(repeating: "x", count: 501))"}"#, "request_malformed"),
    (String(repeating: " ", count: 20_000), "request_malformed"),
  ])
  func whatIsNoChargeIsABadRequest(body: String, code: String) async throws {
    let answer = try await call(try await kiosk(), .post, "/v1/charges", body)
    #expect(answer.status == 400)
    #expect(answer.json["code"]?.text == code)
  }

  @Test(arguments: ["/v1/charges/nope", "/v1/charges/00000000-0000-4000-8000-000000000000"])
  func anUnknownChargeIsNotFound(path: String) async throws {
    let answer = try await call(try await kiosk(), .get, path)
    #expect(answer.status == 404)
    #expect(answer.json["code"] == "charge_unknown")
  }

  @Test func anUnknownPathIsNotFoundInJSON() async throws {
    let answer = try await call(try await kiosk(), .get, "/nope")
    #expect(answer.status == 404)
    #expect(answer.json["code"] == "not_found")
  }

  @Test func aKioskThatIsNotPairedSaysSo() async throws {
    let kiosk = try await kiosk(isPaired: false)
    let answer = try await call(kiosk, .post, "/v1/charges", #"{"amount": 1}"#)
    #expect(answer.json["code"] == "not_paired")
    let health = try await call(kiosk, .get, "/v1/health")
    #expect(health.json["paired"] == false)
  }

  @Test(arguments: [
    "https://shop.example", "http://localhost.evil.example", "null", "http://127.0.0.1:80@evil.example",
  ])
  func pagesOfOtherOriginsAreRefused(origin: String) async throws {
    let headers: HTTPFields = [.contentType: "application/json", .origin: origin]
    let answer = try await call(try await kiosk(), .post, "/v1/charges", #"{"amount": 1}"#, headers: headers)
    #expect(answer.status == 400)
  }

  @Test func theMachinesOwnPageIsNotRefused() async throws {
    let headers: HTTPFields = [.contentType: "application/json; charset=utf-8", .origin: "http://localhost:8440"]
    let answer = try await call(try await kiosk(), .post, "/v1/charges", #"{"amount": 1}"#, headers: headers)
    #expect(answer.status == 201)
  }

  @Test(arguments: ["text/plain", "application/x-www-form-urlencoded"])
  func aFormCannotCharge(type: String) async throws {
    let answer = try await call(
      try await kiosk(), .post, "/v1/charges", #"{"amount": 1}"#, headers: [.contentType: type])
    #expect(answer.json["code"] == "request_malformed")
  }

  @Test func theEventsAreAStreamOfServerSentEvents() async throws {
    let kiosk = try await kiosk()
    let application = Application(router: KioskAPI(kiosk: kiosk).router(), logger: APIBench.quiet)
    let body = try await application.test(.router) { client in
      async let answer = client.execute(uri: "/v1/events", method: .get) { response in
        #expect(response.headers[.contentType] == "text/event-stream")
        return String(buffer: response.body)
      }
      let patience = Patience()
      while kiosk.events.watcherCount == 0 { try await patience.spend() }
      _ = try await kiosk.pipeline.open(amount: Amount(minorUnits: 350), description: nil)
      kiosk.events.finish()
      return try await answer
    }
    let blocks = body.split(separator: "\n\n")
    #expect(blocks.count == 2)
    #expect(blocks.last?.hasPrefix("id: 1\nevent: charge\ndata: {") == true)
  }

  @Test func aKioskWithoutAReaderSaysSo() async throws {
    let answer = try await call(try await kiosk(), .get, "/v1/readers")
    #expect(answer.status == 200)
    #expect(answer.json["readers"] == [])
    #expect(answer.json["code"] == "reader_missing")
  }

  @Test func aCardIsShownByItsUIDOrItsTagID() async throws {
    let kiosk = try await kiosk()
    #expect(try await call(kiosk, .get, "/v1/cards/68b87420").json == StillLedger.card)
    #expect(try await call(kiosk, .get, "/v1/cards/FFFFFFFF").json["code"] == "unknown_card")
    #expect(try await call(kiosk, .get, "/v1/cards/123").json["code"] == "uid_malformed")
  }

  @Test func aRefillGoesUnderTheOperatorsCard() async throws {
    let answer = try await call(try await kiosk(), .post, "/v1/refills", #"{"card": "68B87420", "amount": 2000}"#)
    #expect(answer.status == 201)
    #expect(answer.json["primary"] == "333C9A6E")
  }
}
