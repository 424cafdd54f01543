import FedowProtocol
import Kiosk
import Model
import Testing

/// Of a refill what is not known is said. It is sent once, but to a ledger that knows it again.
@Suite(.timeLimit(.minutes(10))) struct RefillAnswerTests {
  private static let asset = EntityID.random()
  private static let card =
    #"{"first_tag_id": "68B87420", "wallet": {"uuid": "7b0e2ee8-0000-4000-8000-000000000001", "tokens": []}}"#

  private func client(
    _ url: String, placeWallet: EntityID = .random(), dialect: (any LedgerDialect)? = nil
  ) throws -> LedgerClient {
    let pairing = Pairing(
      ledgerURL: url, place: .random(), placeWallet: placeWallet, credentials: try ScriptedLedger.credentials.get())
    return LedgerClient(
      pairing: pairing, dialect: dialect ?? FedowDialect(placeWallet: placeWallet, primaryCard: nil),
      timeouts: LedgerTimeouts(connect: 2000, card: 500, debit: 500))
  }

  private func refill(_ client: LedgerClient, asset: EntityID? = asset) async throws -> JSON {
    try await client.refill(
      "68B87420", asset: asset, amount: Amount(minorUnits: 500), primaryCard: "333C9A6E", means: "cash")
  }

  @Test func whatTheLedgerPostedIsGivenBackAndWasSignedWithItsMeans() async throws {
    let server = try ScriptedServer([.answer(200, Self.card), .answer(201, #"{"hash":"ab"}"#)])
    defer { server.stop() }
    #expect(try await refill(try client(server.url))["hash"]?.text == "ab")
    let body = try JSON.parse(try #require(server.received.last).body)
    #expect(body["receiver"]?.text == "7b0e2ee8-0000-4000-8000-000000000001")
    #expect(body["amount"]?.int64 == 500 && body["asset"]?.text == Self.asset.text)
    #expect(body["metadata"]?["means_of_payment"]?.text == "cash")
  }

  @Test(arguments: [
    (ScriptedServer.Act.answer(400, #"{"code":"card_unsettled"}"#), Refusal.Code.cardUnsettled),
    (.answer(500, "<html>"), .outcomeUnknown), (.answer(200, "{}"), .outcomeUnknown),
    (.answer(201, "<"), .outcomeUnknown),
    (.closeAfterRequest, .outcomeUnknown), (.silence, .outcomeUnknown),
  ])
  func whatIsNoClearAnswerIsInDoubtAndSentOnce(act: ScriptedServer.Act, code: Refusal.Code) async throws {
    let server = try ScriptedServer([.answer(200, Self.card), act, .answer(201, "{}")])
    defer { server.stop() }
    let client = try client(server.url)
    await #expect { try await refill(client) } throws: { ($0 as? Refusal)?.code == code }
    #expect(server.received.count { $0.head.hasPrefix("POST ") } == 1)
  }

  /// By its signature, so that the bytes have to be the same.
  @Test(
    "a ledger that knows a refill again is sent it until it answers",
    arguments: [
      ([.silence, .answer(503, "<html>"), .answer(201, #"{"hash":"ab"}"#)], nil, 3),
      ([.silence, .answer(403, #"{"code":"not_authenticated"}"#), .answer(404, "<html>")], .outcomeUnknown, 3),
      ([.silence, .answer(400, #"{"code":"card_unsettled"}"#)], .cardUnsettled, 2),
      ([.answer(403, #"{"code":"not_authenticated"}"#)], .notAuthenticated, 1),
    ] as [([ScriptedServer.Act], Refusal.Code?, Int)])
  func repeated(acts: [ScriptedServer.Act], code: Refusal.Code?, sendings: Int) async throws {
    let server = try ScriptedServer([.answer(200, Self.card)] + acts)
    defer { server.stop() }
    let client = try client(server.url, dialect: NativeDialect(primaryCard: nil))
    do throws(Refusal) {
      let transaction = try await client.refill(
        "68B87420", asset: Self.asset, amount: Amount(minorUnits: 500), primaryCard: "333C9A6E", means: "cash")
      #expect(code == nil && transaction["hash"]?.text == "ab")
    } catch {
      #expect(error.code == code)
    }
    let posts = server.received.filter { $0.head.hasPrefix("POST ") }
    #expect(posts.count == sendings && Set(posts.map { $0.head + String(decoding: $0.body, as: UTF8.self) }).count == 1)
  }

  @Test(arguments: [0, 1, 2]) func withoutAnAssetItIsTheOnlyMoneyThatThePlaceIssues(count: Int) async throws {
    let wallet = EntityID.random()
    let asset = { (issuer: EntityID) -> JSON in
      ["uuid": JSON(Self.asset.text), "category": "TLF", "wallet_origin": JSON(issuer.text)]
    }
    let assets = JSON.array([asset(.random())] + (0..<count).map { _ in asset(wallet) })
    let server = try ScriptedServer([
      .answer(200, Self.card), .answer(200, assets.compact), .answer(201, #"{"hash":"ab"}"#),
    ])
    defer { server.stop() }
    let client = try client(server.url, placeWallet: wallet)
    if count == 1 {
      #expect(try await refill(client, asset: nil)["hash"]?.text == "ab")
    } else {
      await #expect { try await refill(client, asset: nil) } throws: { ($0 as? Refusal)?.code == .requestMalformed }
      #expect(server.received.count == 2)
    }
  }
}
