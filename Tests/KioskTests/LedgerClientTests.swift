import FedowProtocol
import Kiosk
import Model
import Rules
import Signing
import Testing
import Transport

/// The genuine client against a server that misbehaves: what each fault means for the debit.
@Suite(.timeLimit(.minutes(10))) struct LedgerClientTests {
  private let asset = EntityID.random()
  private let tap = EntityID.random()

  private func client(
    _ url: String, timeouts: LedgerTimeouts = LedgerTimeouts(connect: 2000, card: 2000, debit: 2000),
    dialect: any LedgerDialect = NativeDialect(primaryCard: nil)
  ) throws -> LedgerClient {
    let pairing = Pairing(
      ledgerURL: url, place: .random(), placeWallet: .random(), credentials: try ScriptedLedger.credentials.get())
    return LedgerClient(pairing: pairing, dialect: dialect, timeouts: timeouts)
  }

  private func debit(_ client: LedgerClient) throws -> SignedDebit {
    let card = CardSnapshot(
      firstTagID: "68B87420", numberPrinted: "", wallet: .random(), isEphemeral: true, holdings: [])
    let part = Allocation(asset: asset, assetName: "Euro", amount: Amount(minorUnits: 350))
    return try client.sign(DebitOrder(id: tap, reading: CardReading(card: card), parts: [part], comment: nil))
  }

  private let transaction = EntityID.random()

  private var receipt: JSON {
    [
      "id": JSON(tap.text), "card": "68B87420",
      "transactions": [
        [
          "uuid": JSON(transaction.text), "hash": "ab", "asset": JSON(asset.text), "asset_name": "Euro",
          "amount": 350, "datetime": "2026-11-23T00:00:00Z",
        ]
      ], "balances": [],
    ]
  }

  @Test func anAnswerIsTheReceiptAndTheConnectionIsKept() async throws {
    let server = try ScriptedServer([.answer(201, receipt.compact), .answer(200, receipt.compact)])
    defer { server.stop() }
    let client = try client(server.url)
    let debit = try debit(client)
    for _ in 0..<2 {
      guard case .posted(let posted) = await client.post(debit, isOnly: true, isUrgent: true) else {
        Issue.record("not posted")
        return
      }
      #expect(posted.id == tap)
    }
    let received = server.received
    #expect(received.map(\.connection) == [1, 1])
    #expect(received.map(\.body) == [debit.body, debit.body])
    let signature = try #require(Base64URL.decode(debit.signature))
    let key = try ScriptedLedger.credentials.get().key.publicKey
    #expect(key.isValid(signature: signature, for: SignedMessage.post(try JSON.parse(received[0].body))))
    #expect(received[0].head.contains("Signature: \(debit.signature)\r\n"))
  }

  @Test(arguments: [
    ScriptedServer.Act.closeAfterRequest, .closeInTheMiddle, .garbage, .silence, .dribble, .answer(500, "<html>"),
    .answer(201, "{}"), .answer(503, #"{"code":"ledger_unreachable"}"#),
  ])
  func whatIsNoAnswerLeavesTheDebitUndecided(act: ScriptedServer.Act) async throws {
    let server = try ScriptedServer([act])
    defer { server.stop() }
    let client = try client(server.url, timeouts: LedgerTimeouts(connect: 2000, card: 300, debit: 300))
    guard case .undecided = await client.post(try debit(client), isOnly: true, isUrgent: true) else {
      Issue.record("decided without an answer")
      return
    }
  }

  @Test(arguments: [false, true]) func anAnswerInPiecesIsAWholeOneOverEitherProtocol(isIPv6: Bool) async throws {
    let server = try ScriptedServer(
      [.chunked(201, receipt.compact, size: 7), .answer(201, receipt.compact)], isIPv6: isIPv6)
    defer { server.stop() }
    let client = try client(server.url)
    for _ in 0..<2 {
      guard case .posted = await client.post(try debit(client), isOnly: true, isUrgent: true) else {
        Issue.record("not posted")
        return
      }
    }
    #expect(server.received.map(\.connection) == [1, 1])
  }

  @Test func aSignedDebitIsNotTakenElsewhereByARedirect() async throws {
    let elsewhere = try ScriptedServer([.answer(201, receipt.compact)])
    let server = try ScriptedServer([.redirect(elsewhere.url + "/v1/debits/")])
    defer {
      server.stop()
      elsewhere.stop()
    }
    let client = try client(server.url)
    guard case .undecided = await client.post(try debit(client), isOnly: true, isUrgent: true) else {
      Issue.record("decided by a redirect")
      return
    }
    #expect(elsewhere.received.isEmpty)
  }

  @Test func aDebitThatNeverLeftIsNotInDoubt() async throws {
    let server = try ScriptedServer([])
    server.stop()
    let client = try client(server.url)
    // The port is closed once the server's thread has ended; until then its connections are closed at once.
    var outcome = DebitOutcome.undecided("")
    while outcome != .absent { outcome = await client.post(try debit(client), isOnly: true, isUrgent: true) }
  }

  @Test func aReceiptForAnotherTapIsNotTakenForOurs() async throws {
    var other = try #require(receipt.object)
    other["id"] = JSON(EntityID.random().text)
    let server = try ScriptedServer([.answer(201, JSON.object(other).compact)])
    defer { server.stop() }
    let client = try client(server.url)
    guard case .undecided = await client.post(try debit(client), isOnly: true, isUrgent: true) else {
      Issue.record("a foreign receipt was taken")
      return
    }
  }

  @Test func theLedgersCodeAndSentenceComeThrough() async throws {
    let refusal = #"{"code":"insufficient_funds","sentence":"Not enough."}"#
    let server = try ScriptedServer([.answer(409, refusal), .answer(422, #"{"code":"brand_new"}"#)])
    defer { server.stop() }
    let client = try client(server.url)
    let debit = try debit(client)
    let known = await client.post(debit, isOnly: true, isUrgent: true)
    #expect(known == .refused(Refusal(.insufficientFunds, "Not enough.")))
    guard case .refused(let unknown) = await client.post(debit, isOnly: true, isUrgent: true) else {
      Issue.record("not refused")
      return
    }
    #expect(unknown.code == .ledgerRefused)
  }

  @Test func aRefusalOfTheRequestSaysNothingOfAnEarlierSending() async throws {
    let server = try ScriptedServer([.answer(403, #"{"detail":"x"}"#), .answer(403, #"{"detail":"x"}"#)])
    defer { server.stop() }
    let client = try client(server.url)
    let debit = try debit(client)
    guard case .undecided = await client.post(debit, isOnly: false, isUrgent: true),
      case .refused(let refusal) = await client.post(debit, isOnly: true, isUrgent: true)
    else {
      Issue.record("a 403 was read wrongly")
      return
    }
    #expect(refusal.code == .signatureInvalid)
  }

  @Test func theLedgerIsAskedById() async throws {
    let server = try ScriptedServer([
      .answer(404, #"{"code":"not_found","sentence":"No."}"#), .answer(404, "<html>"), .answer(200, receipt.compact),
    ])
    defer { server.stop() }
    let client = try client(server.url)
    let debit = try debit(client)
    #expect(await client.inquire(debit, isSettled: true) == .absent)
    // A 404 of some proxy is not the ledger's word.
    #expect(await client.inquire(debit, isSettled: true) == .undecided("HTTP 404"))
    #expect(await client.inquire(debit, isSettled: true) == Receipt(receipt).map { .posted($0) })
    #expect(server.received[0].head.hasPrefix("GET /v1/debits/\(tap.text)/ "))
  }

  private static let native: any LedgerDialect = NativeDialect(primaryCard: nil)
  private static let old: any LedgerDialect = FedowDialect(
    placeWallet: .random(), primaryCard: nil, settlingTime: .zero)

  @Test(arguments: [
    (native, ScriptedServer.Act.answer(404, #"{"code":"unknown_card"}"#), Refusal.Code.cardUnknown),
    (old, .answer(404, #""Carte inconnue""#), .cardUnknown), (native, .answer(404, "<html>"), .ledgerUnreachable),
    (native, .answer(403, #"{"code":"not_authenticated"}"#), .notAuthenticated),
    (old, .answer(403, #"{"detail":"x"}"#), .signatureInvalid), (native, .answer(403, "<html>"), .ledgerUnreachable),
    (native, .answer(500, ""), .ledgerUnreachable), (native, .silence, .ledgerUnreachable),
    (native, .closeAfterRequest, .ledgerUnreachable), (native, .answer(200, "{}"), .ledgerRefused),
    (old, .answer(200, "<html>"), .ledgerUnreachable),
  ])
  func aCardThatCannotBeReadHasACode(
    dialect: any LedgerDialect, act: ScriptedServer.Act, code: Refusal.Code
  ) async throws {
    let server = try ScriptedServer([act])
    defer { server.stop() }
    let client = try client(
      server.url, timeouts: LedgerTimeouts(connect: 2000, card: 300, debit: 300), dialect: dialect)
    await #expect {
      try await client.readCard("68B87420")
    } throws: {
      ($0 as? Refusal)?.code == code
    }
  }

  @Test("a call is refused by the ledger's code alone, and by no page of a proxy", arguments: [403, 404, 451])
  func pagesOfProxies(status: Int) async throws {
    let server = try ScriptedServer([
      .answer(status, "<html>"), .answer(status, #"{"code":"forbidden","sentence":"No."}"#),
    ])
    defer { server.stop() }
    let client = try client(server.url)
    for code in [Refusal.Code.ledgerUnreachable, .forbidden] {
      await #expect {
        try await client.call("POST", "/v1/cards/68B87420/lost/", body: [:], patience: .zero)
      } throws: {
        ($0 as? Refusal)?.code == code
      }
    }
  }

  @Test func aQuestionThatIsHeldOpenEndsWithItsTask() async throws {
    let server = try ScriptedServer([.silence])
    defer { server.stop() }
    let client = try client(server.url)
    // An hour's patience: without an end by the task, the suite's time limit ends this.
    let asking = Task { try await client.call("GET", "/v1/hotlist/", body: nil, patience: .seconds(3600)) }
    asking.cancel()
    await #expect(throws: Refusal.self) { try await asking.value }
  }

  @Test func aServerThatIsNotThereIsToldFromOneThatIsSilent() async throws {
    let server = try ScriptedServer([])
    let url = server.url
    server.stop()
    let connection = HTTPConnection(
      label: "test", limits: HTTPLimits(connectMilliseconds: 2000, totalMilliseconds: 2000))
    await #expect {
      while true { _ = try await connection.send(HTTPRequest(method: "GET", url: url)) }
    } throws: {
      if case .notSent = $0 as? TransportFailure { true } else { false }
    }
  }

  @Test func anAnswerThatIsTooLongIsCutOff() async throws {
    let server = try ScriptedServer([.answer(200, String(repeating: "x", count: 2000))])
    defer { server.stop() }
    let limits = HTTPLimits(connectMilliseconds: 2000, totalMilliseconds: 2000, bodyBytes: 1000)
    let connection = HTTPConnection(label: "test", limits: limits)
    await #expect(throws: TransportFailure.self) {
      try await connection.send(HTTPRequest(method: "GET", url: server.url))
    }
  }
}
