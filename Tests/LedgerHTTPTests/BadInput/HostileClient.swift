import FedowProtocol
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Ledger
import Model
import Signing
import TestKit
import Testing

@testable import LedgerHTTP

/// A client that proves itself rightly and asks for the wrong things: a paired place and a person, with money at stake.
struct HostileClient: Sendable {
  let http: any TestClientProtocol
  let place: PlaceCredentials
  let wallet: EntityID
  let walletKey: RSAPrivateKey

  /// Pairs with the stage's first place, makes a person's wallet, and puts money on a card.
  init(_ http: any TestClientProtocol, administration: Administration) async throws {
    self.http = http
    let pairing = try await administration.pairAgain(place: "Bar du Port")
    let asset = try await administration.createAsset(
      place: "Bar du Port", name: "Euro", currency: "EUR", category: .localFiat)
    let file = try CardFile(
      ["333C9A6E", "68B87420"].map { "https://x.test/qr/\(EntityID.random()),\($0),\($0)" }.joined(separator: "\n"))
    _ = try await administration.importCards(file, place: "Bar du Port", generation: 1)
    _ = try await administration.setPrimary(tag: "333C9A6E", place: "Bar du Port")
    let key = try TestKeys.till(0)
    walletKey = try TestKeys.till(1)
    let temporary = try PlaceCredentials(apiKey: pairing.pairing.temporaryKey, key: key)
    let handshake = Handshake.request(
      place: pairing.place.uuid, ip: "127.0.0.1", url: "http://till.test", adminKey: APIKey.generate().text,
      publicKeyPEM: key.publicKey.pem)
    let answer = try await Self.post(
      http, "/place/handshake/", handshake, headers: try temporary.headersForPost(body: handshake))
    let lasting = try #require(Handshake.Answer(parsing: Array(buffer: answer.body)))
    place = try PlaceCredentials(apiKey: lasting.apiKey, key: key)
    let person: JSON = ["email": "a@example.test", "public_pem": JSON(walletKey.publicKey.pem)]
    let made = try await Self.post(
      http, "/wallet/get_or_create/", person,
      headers: [
        ("Authorization", "Api-Key \(lasting.apiKey)"),
        ("Signature", Base64URL.encode(try walletKey.sign(SignedMessage.post(person)))),
      ])
    wallet = try #require(try JSON.parse(Array(buffer: made.body)).text.flatMap { EntityID($0) })
    let card = try JSON.parse(
      Array(buffer: try await send(.get, "/card/68B87420/", access: .place, body: nil).body))
    let refill: JSON = [
      "amount": 5000, "sender": JSON(lasting.wallet.text), "receiver": card["wallet"]?["uuid"] ?? .null,
      "asset": JSON(asset.uuid.text), "user_card_firstTagId": "68B87420", "primary_card_fisrtTagId": "333C9A6E",
    ]
    let posted = try await send(.post, "/transaction/", access: .place, body: Array(refill.pythonDump().utf8))
    #expect(posted.status == .created)
  }

  private static func post(
    _ http: any TestClientProtocol, _ path: String, _ body: JSON, headers: [(String, String)]
  ) async throws -> TestResponse {
    var fields = HTTPFields()
    for (name, value) in headers { fields[Stage.name(name)] = value }
    return try await http.execute(
      uri: path, method: .post, headers: fields, body: ByteBuffer(string: body.pythonDump()))
  }

  /// Sends these bytes, with every proof that the call demands; what cannot be read cannot be signed, and has a proof of
  /// something else.
  func send(
    _ method: HTTPRequest.Method, _ path: String, access: Access, body: [UInt8]?,
    changing: [HTTPField.Name: String?] = [:]
  ) async throws -> TestResponse {
    let isForm = changing[.contentType]??.contains("form") ?? false
    var fields = try proof(access, body: body, isForm: isForm)
    for (name, value) in changing { fields[name] = value }
    return try await http.execute(
      uri: path, method: method, headers: fields, body: body.map { ByteBuffer(bytes: $0) })
  }

  private func proof(_ access: Access, body: [UInt8]?, isForm: Bool) throws -> HTTPFields {
    var fields = HTTPFields()
    let isReadable = (body?.count ?? 0) <= Request.bodyLimit
    let parsed = isReadable ? try? body.map { try isForm ? FormBody.parse($0) : JSON.parse($0) } : nil
    let json: JSON? = body.map { _ in parsed ?? .null }
    let ofPlace = try json.map { try place.headersForPost(body: $0) } ?? place.headersForGet()
    if access != .open, access != .wallet { fields[.authorization] = ofPlace.first { $0.0 == "Authorization" }?.1 }
    if access == .place { fields[Stage.name("Signature")] = ofPlace.first { $0.0 == "Signature" }?.1 }
    if access == .wallet || access == .keyAndWallet {
      let date = Stage.recordedAt.isoformat
      let message = json.map { SignedMessage.post($0) } ?? SignedMessage.walletGet(wallet: wallet, date: date)
      fields[Stage.name("Wallet")] = wallet.text
      fields[.date] = date
      fields[Stage.name("Signature")] = Base64URL.encode(try walletKey.sign(message))
    }
    return fields
  }
}
