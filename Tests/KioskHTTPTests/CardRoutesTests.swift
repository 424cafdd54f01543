import FedowProtocol
import Hummingbird
import HummingbirdTesting
import Kiosk
import KioskHTTP
import Logging
import Model
import Synchronization
import TestKit
import Testing

/// The local API's routes for the life of a card, each to the ledger's call that it becomes.
@Suite(.timeLimit(.minutes(10))) struct CardRoutesTests {
  private let directory = TemporaryFolder()
  private let ledger = RelayLedger()
  private static let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

  private func call(
    _ method: HTTPRequest.Method, _ path: String, _ body: String? = nil
  ) async throws -> (status: Int, json: JSON) {
    var configuration = KioskConfiguration()
    configuration.primaryCard = "333C9A6E"
    configuration.needsOperator = false
    let ledger = ledger
    let kiosk = await TapKiosk(
      configuration: configuration, store: try KioskStore(path: directory.path + "/kiosk.sqlite"),
      ledgers: LedgerSource { () throws(Refusal) -> (any LedgerLink)? in ledger }, clock: MachineClock(),
      logger: Self.quiet)
    let application = Application(router: KioskAPI(kiosk: kiosk).router(), logger: Self.quiet)
    return try await application.test(.router) { client in
      try await client.execute(
        uri: path, method: method, headers: [.contentType: "application/json"],
        body: body.map { ByteBuffer(string: $0) }
      ) { response in
        (Int(response.status.code), try JSON.parse(Array(response.body.readableBytesView)))
      }
    }
  }

  private static let id = "00000000-0000-4000-8000-000000000001"

  @Test(arguments: [
    ("/v1/cards?q=https%3A%2F%2Fx.test%2Fqr%2F1%2F", "/v1/cards/?q=https%3A%2F%2Fx.test%2Fqr%2F1%2F"),
    ("/v1/cards/a%40b.fr/refund", "/v1/cards/68B87420/refund/"),
    (
      "/v1/cards/A1/reassignment?to=B2&with_primary=true",
      "/v1/cards/68B87420/reassignment/?to=68B87420&with_primary=true"
    ),
    ("/v1/cards/A1/history?limit=5&before=9&evil=1", "/v1/cards/68B87420/history/?limit=5&before=9"),
    ("/v1/wallets/\(id)/history", "/v1/wallets/\(id)/history/"),
    ("/v1/report?from=a%2Bb&to=c&by=hour", "/v1/report/?from=a%2Bb&to=c&by=hour"),
    ("/v1/sightings?since=7", "/v1/sightings/?since=7"),
  ])
  func aQuestionIsRelayed(path: String, asked: String) async throws {
    let answer = try await call(.get, path)
    #expect(answer.status == 200)
    #expect(ledger.calls.withLock { $0.last?.path } == asked)
  }

  @Test(arguments: [
    ("/v1/cards/A1/lost", #"{"reason": "x"}"#, "/v1/cards/68B87420/lost/", 200),
    ("/v1/cards/A1/unblock", "{}", "/v1/cards/68B87420/unblock/", 200),
    ("/v1/cards/A1/bind", #"{"email": "a@b.fr"}"#, "/v1/cards/68B87420/bind/", 200),
    ("/v1/cards/A1/unenroll", "{}", "/v1/cards/68B87420/unenroll/", 200),
    ("/v1/cards/A1/refund", #"{"expected_total": 350, "void": true}"#, "/v1/cards/68B87420/refund/", 201),
    ("/v1/cards/A1/reassign", #"{"to": "B2"}"#, "/v1/cards/68B87420/reassign/", 201),
    ("/v1/reassignments/\(id)/undo", "{}", "/v1/reassignments/\(id)/undo/", 200),
    ("/v1/cards/enroll", #"{"generation": 3, "cards": [{"uid": "04A1B2C3D4E5F6"}]}"#, "/v1/cards/enroll/", 201),
  ])
  func anActIsSignedWithAnIdAndTheOperatorsCard(
    path: String, body: String, asked: String, status: Int
  ) async throws {
    let answer = try await call(.post, path, body)
    #expect(answer.status == status, "\(answer.json.compact)")
    let last = try #require(ledger.calls.withLock { $0.last })
    #expect(last.path == asked)
    #expect(last.body?["operator_card"] == "333C9A6E")
    #expect(last.body?["id"]?.text.flatMap { EntityID($0) } != nil)
    // Nothing of what the caller sent is lost on the way.
    for entry in try JSON.parse(body).object?.entries ?? [] where entry.key.string != "to" {
      #expect(last.body?[entry.key.string ?? ""] == entry.value)
    }
  }

  @Test(arguments: [
    ("/v1/cards/A1/refund", "{}", "amount_invalid"),
    ("/v1/cards/A1/refund", #"{"expected_total": -1}"#, "amount_invalid"),
    ("/v1/cards/A1/bind", "{}", "request_malformed"), ("/v1/cards/A1/reassign", "{}", "request_malformed"),
    ("/v1/cards/%zz/lost", "{}", "request_malformed"), ("/v1/cards/tag%3A12/lost", "{}", "uid_malformed"),
    ("/v1/cards/enroll", #"{"cards": []}"#, "request_malformed"), ("/v1/cards/enroll", "{}", "request_malformed"),
    ("/v1/reassignments/x/undo", "{}", "not_found"),
    ("/v1/taps/next", #"{"purpose": ""}"#, "request_malformed"),
  ])
  func whatIsNoActIsRefusedBeforeTheLedgerIsAsked(path: String, body: String, code: String) async throws {
    let answer = try await call(.post, path, body)
    #expect(answer.json["code"]?.text == code)
    #expect(ledger.calls.withLock { $0.allSatisfy { $0.body == nil } })
  }

  @Test func severalCardsAreAConflictThatNamesThem() async throws {
    ledger.sheets.withLock { $0.append(["tag": "11223344", "number_printed": "B2"]) }
    let answer = try await call(.post, "/v1/cards/A1/lost", "{}")
    #expect(answer.status == 409)
    #expect(answer.json["code"] == "card_ambiguous" && answer.json["candidates"]?.elements?.count == 2)
    #expect(answer.json["sentence"]?.text?.contains("tag:11223344") == true)
  }

  @Test func aTapIsAskedForAndLetGo() async throws {
    #expect(try await call(.post, "/v1/taps/next", #"{"purpose": "enrolment"}"#).status == 202)
    #expect(try await call(.delete, "/v1/taps/next").json["state"] == "none", "another kiosk, nobody waits")
  }
}

/// A ledger that notes what it is asked, and answers no more than that it was that.
final class RelayLedger: LedgerLink {
  let placeWallet = EntityID.random()
  let dialect: any LedgerDialect = NativeDialect(primaryCard: nil)
  let calls = Mutex<[(path: String, body: JSON?)]>([])
  let sheets = Mutex<[JSON]>([["tag": "68B87420", "number_printed": "A1"]])

  func readCard(_ firstTagID: String) async throws(Refusal) -> CardReading { throw Refusal(.cardUnknown) }
  func sign(_ order: DebitOrder) throws(Refusal) -> SignedDebit { throw Refusal(.keyInvalid) }
  func post(_ debit: SignedDebit, isOnly: Bool, isUrgent: Bool) async -> DebitOutcome { .undecided("relay") }
  func inquire(_ debit: SignedDebit, isSettled: Bool) async -> DebitOutcome { .undecided("relay") }
  func isReachable() async -> Bool { true }
  func refill(_: String, asset: EntityID?, amount: Amount, primaryCard: String) async throws(Refusal) -> JSON { nil }

  func call(_ method: String, _ path: String, body: JSON?, patience: Duration) async throws(Refusal) -> JSON {
    calls.withLock { $0.append((path, body)) }
    return ["id": body?["id"] ?? nil, "cards": .array(sheets.withLock { $0 })]
  }
}
