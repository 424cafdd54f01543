import FedowProtocol
import Hummingbird
import Kiosk
import Model
import Testing

/// What an operator does besides charging: each refusal with its code, and nothing that a caller sends is our own error.
@Suite(.timeLimit(.minutes(10))) struct KioskOperationTests {
  private static let nobody = "00000000-0000-4000-8000-000000000000"
  private let bench = APIBench()

  /// A call that must be refused.
  struct Refused: CustomTestStringConvertible, Sendable {
    let path: String
    let body: String
    let status: Int
    let code: String

    init(_ path: String, _ body: String, _ status: Int, _ code: String) {
      (self.path, self.body, self.status, self.code) = (path, body, status, code)
    }

    init(_ path: String, _ status: Int, _ code: String) { self.init(path, "{}", status, code) }

    var testDescription: String { "\(path) \(body)" }
  }

  @Test(arguments: [
    Refused("/v1/charges/last/void", 404, "charge_unknown"), Refused("/v1/charges/nope/void", 404, "charge_unknown"),
    Refused("/v1/charges/\(nobody)/void", 404, "charge_unknown"),
    Refused("/v1/charges/\(nobody)/complete", 404, "charge_unknown"),
    Refused("/v1/charges/nope/complete", 404, "charge_unknown"),
    Refused("/v1/charges/\(nobody)/complete", #"{"means": 7}"#, 400, "request_malformed"),
    Refused("/v1/charges/\(nobody)/complete", #"{"means": ""}"#, 400, "request_malformed"),
    Refused("/v1/charges/\(nobody)/complete", "[]", 400, "request_malformed"),
    Refused("/v1/preview", #"{"amount": 1}"#, 400, "request_malformed"),
    Refused("/v1/preview", #"{"card": 68, "amount": 1}"#, 400, "request_malformed"),
    Refused("/v1/preview", #"{"card": "68", "amount": 1}"#, 400, "uid_malformed"),
    Refused("/v1/preview", #"{"card": "68B87420"}"#, 400, "amount_invalid"),
    Refused("/v1/preview", #"{"card": "68B87420", "amount": 0}"#, 400, "amount_invalid"),
    Refused("/v1/preview", #"{"card": "FFFFFFFF", "amount": 1}"#, 404, "unknown_card"),
    Refused("/v1/preview", #"{"card": "68B87420", "amount": 1, "asset": "x"}"#, 400, "request_malformed"),
    Refused("/v1/preview", #"{"card": "68B87420", "amount": 1, "excludes_gift": 1}"#, 400, "request_malformed"),
    Refused("/v1/outbox/\(nobody)/retry", 404, "not_found"), Refused("/v1/outbox/nope/retry", 404, "not_found"),
    Refused("/v1/outbox/\(nobody)/forgive", 404, "not_found"), Refused("/v1/outbox/nope/forgive", 404, "not_found"),
    Refused("/v1/devices/codes", 400, "request_malformed"),
    Refused("/v1/devices/codes", #"{"name": ""}"#, 400, "request_malformed"),
    Refused("/v1/devices/codes", #"{"name": ["x"]}"#, 400, "request_malformed"),
    Refused("/v1/devices/nope/revoke", 404, "not_found"),
  ])
  func posted(call: Refused) async throws {
    let kiosk = try await bench.kiosk(needsOperator: false)
    let answer = try await bench.call(kiosk, .post, call.path, call.body)
    #expect(answer.status == call.status && answer.json["code"]?.text == call.code, "\(answer)")
    #expect(answer.json["sentence"]?.text?.isEmpty == false)
  }

  @Test(arguments: [
    ("/v1/outbox?state=nope", 400, "request_malformed"), ("/v1/outbox?state=", 400, "request_malformed"),
    ("/v1/outbox?state=sent,nope", 400, "request_malformed"), ("/v1/outbox/nope", 404, "not_found"),
    ("/v1/outbox/\(nobody)", 404, "not_found"),
  ])
  func asked(path: String, status: Int, code: String) async throws {
    let answer = try await bench.call(try await bench.kiosk(needsOperator: false), .get, path)
    #expect(answer.status == status && answer.json["code"]?.text == code, "\(answer)")
  }

  @Test(arguments: [
    "/v1/outbox", "/v1/outbox?state=all&limit=-5", "/v1/outbox?limit=many", "/v1/outbox?state=sent,posted",
  ])
  func anOutboxWithoutRowsIsEmpty(path: String) async throws {
    let answer = try await bench.call(try await bench.kiosk(needsOperator: false), .get, path)
    #expect(answer.status == 200 && answer.json == ["rows": []])
  }

  @Test(arguments: ["/v1/audit", "/v1/audit?since=-1", "/v1/audit?since=many"])
  func anAuditTrailWithoutEntriesIsEmpty(path: String) async throws {
    let answer = try await bench.call(try await bench.kiosk(needsOperator: false), .get, path)
    #expect(answer.status == 200 && answer.json == ["audit": []])
  }

  @Test func allThatWaitsIsTriedThoughNothingWaits() async throws {
    let answer = try await bench.call(try await bench.kiosk(needsOperator: false), .post, "/v1/outbox/retry", "{}")
    #expect(answer.status == 200 && answer.json == ["retried": 0])
  }

  @Test(arguments: [
    ("/v1/refills", #"{"card": "68B87420", "amount": 2000}"#), ("/v1/devices/codes", #"{"name": "Terrace"}"#),
    ("/v1/devices/\(nobody)/revoke", "{}"),
  ])
  func whatNeedsAnOperatorSaysSo(path: String, body: String) async throws {
    let kiosk = try await bench.kiosk(needsOperator: true)
    let answer = try await bench.call(kiosk, .post, path, body)
    #expect(answer.status == 403 && answer.json["code"] == "operator_card_needed", "\(answer)")
    let trail = try await bench.call(kiosk, .get, "/v1/audit")
    #expect(trail.json == ["audit": []], "what was refused was not done")
  }

  @Test func anOperatorIsAskedForAndSentAway() async throws {
    let kiosk = try await bench.kiosk(needsOperator: true)
    #expect(try await bench.call(kiosk, .get, "/v1/operator").json["state"] == "closed")
    let asked = try await bench.call(kiosk, .post, "/v1/operator", "{}")
    #expect(asked.status == 202 && asked.json["state"]?.text != "closed", "\(asked)")
    let closed = try await bench.call(kiosk, .delete, "/v1/operator")
    #expect(closed.status == 200 && closed.json["state"] == "closed", "\(closed)")
  }

  @Test func aChargeThatWaitsForACardIsNotCompletedNorVoided() async throws {
    let kiosk = try await bench.kiosk(needsOperator: false)
    let opened = try await bench.call(kiosk, .post, "/v1/charges", #"{"amount": 350}"#)
    let path = "/v1/charges/\(opened.json["id"]?.text ?? "")"
    let completed = try await bench.call(kiosk, .post, path + "/complete", #"{"means": "cash"}"#)
    #expect(completed.status == 409 && completed.json["code"] == "charge_not_cancellable", "\(completed)")
    let voided = try await bench.call(kiosk, .post, path + "/void", "{}")
    #expect((400..<500).contains(voided.status) && voided.json["code"]?.text != nil, "\(voided)")
    #expect(try await bench.call(kiosk, .get, path).json["state"] == "waiting")
  }

  @Test func aPreviewSaysWhyACardWouldNotPay() async throws {
    let kiosk = try await bench.kiosk(needsOperator: false)
    let answer = try await bench.call(kiosk, .post, "/v1/preview", #"{"card": "68B87420", "amount": 1}"#)
    #expect(answer.status == 200 && answer.json["decision"] == "refuse", "\(answer)")
    #expect(answer.json["code"]?.text?.isEmpty == false)
  }

  /// Bytes that are no request of ours, at every address that takes a body.
  @Test(arguments: [
    "/v1/charges", "/v1/preview", "/v1/refills", "/v1/devices/codes", "/v1/charges/\(nobody)/complete",
  ])
  func whateverIsSentIsTheCallersFault(path: String) async throws {
    let kiosk = try await bench.kiosk(needsOperator: false)
    let deep = String(repeating: "[", count: 5000)
    for body in ["", "null", "7", "\u{0}", "{\"a\":", deep, "{\"amount\": 1e999}", "\u{FEFF}{}", "{\"card\": {}}"] {
      let answer = try await bench.call(kiosk, .post, path, body)
      #expect((400..<500).contains(answer.status), "\(path) \(body.prefix(20)): \(answer)")
    }
  }
}
