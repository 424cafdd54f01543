import FedowProtocol
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Ledger
import Logging
import Model
import Signing
import TestKit
import Testing

@testable import LedgerHTTP

/// A ledger behind its HTTP face, and the recorded clients played by keys of our own.
final class Stage {
  let directory: URL
  let store: LedgerStore
  let postings: PostingService
  let administration: Administration
  let api: LedgerAPI
  let app: Application<RouterResponder<LedgerRequestContext>>
  var translation = Translation()
  /// By the public prefix of the recorded API key: ours.
  var apiKeys: [String: String] = [:]
  /// By the public prefix of the recorded API key: who signs.
  var placeKeys: [String: RSAPrivateKey] = [:]
  /// By recorded wallet: who signs.
  var walletKeys: [String: RSAPrivateKey] = [:]

  /// When the recordings were made.
  static let recordedAt = LedgerTime(microseconds: 1_795_394_970_000_000)

  /// - Parameter stripe: what the server has of Stripe; nil for one without a key.
  init(
    rates: RateLimits = .none, clock: @escaping @Sendable () -> MonotonicTime = MonotonicTime.now,
    stripe: (@Sendable (LedgerStore, PostingService) throws -> StripeDesk)? = nil
  ) async throws {
    directory = FileManager.default.temporaryDirectory.appending(path: "ledger-http-\(EntityID.random())")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    store = try LedgerStore(path: directory.appending(path: "ledger.sqlite").path)
    administration = Administration(store: store)
    _ = try await administration.install(serverName: "Test", domain: "http://ledger.test", key: TestKeys.server())
    let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
    postings = PostingService(store: store, logger: logger)
    api = LedgerAPI(
      store: store, authenticator: Authenticator(store: store, clock: { Self.recordedAt }), postings: postings,
      logger: logger, rates: rates, stripe: try stripe?(store, postings), now: clock)
    app = Application(router: api.router(), services: [postings], logger: logger)
    try await addPlace("Bar du Port", recorded: "2187852c-f6b5-4dcb-a858-f0777f4ef73d", pairingKey: "mxm7AffO")
    try await addPlace("Cafe du Nord", recorded: "397b12e6-8544-4def-a0ed-78553dd5fb36", pairingKey: "odT0fhph")
  }

  deinit { try? FileManager.default.removeItem(at: directory) }

  private func addPlace(_ name: String, recorded: String, pairingKey: String) async throws {
    let made = try await administration.createPlace(name: name)
    translation.learn(recorded, is: made.place.uuid.text)
    apiKeys[pairingKey] = made.pairing.temporaryKey
  }

  /// A request as it is sent.
  struct Sent {
    let path: String
    let method: HTTPRequest.Method
    let headers: HTTPFields
    let body: ByteBuffer?
  }

  /// The recorded request with our names, signed by our keys, with the same fault where it had one.
  func request(_ recording: Recording) throws -> Sent {
    let recordedBody = recording.body.map { Array($0.utf8) }
    let isForm =
      recording.headers["Content-type"]?.contains("form") ?? recording.body?.hasPrefix("fedow_place") ?? false
    let parsed = try recordedBody.flatMap { try isForm ? FormBody.parse($0) : try? JSON.parse($0) }
    let body = try parsed.map { try translation.translate($0) }
    var headers = HTTPFields()
    let recordedKey = recording.headers["Authorization"].map { String($0.dropFirst(8)) }
    let prefix = recordedKey.map { String($0.prefix(8)) }
    let apiKey = prefix.flatMap { apiKeys[$0] } ?? recordedKey
    if let apiKey { headers[.authorization] = "Api-Key \(apiKey)" }
    let wallet = recording.headers["Wallet"]
    let ourWallet = wallet.flatMap { EntityID(translation.translate($0)) }
    if let ourWallet { headers[Self.name("Wallet")] = ourWallet.text }
    let date = recording.headers["Date"]
    if let date { headers[.date] = date }
    if isForm { headers[.contentType] = "application/x-www-form-urlencoded" }
    if let signature = recording.headers["Signature"] {
      let pem = parsed.flatMap { ($0["cashless_rsa_pub_key"] ?? $0["public_pem"])?.text }
      let key =
        try pem.map { try translation.key(for: $0) } ?? wallet.flatMap { walletKeys[$0] }
        ?? prefix.flatMap { placeKeys[$0] }
      let message =
        try body.map { SignedMessage.post($0) } ?? ourWallet.map {
          SignedMessage.walletGet(wallet: $0, date: try #require(date))
        } ?? SignedMessage.placeGet(apiKey: apiKey ?? "")
      headers[Self.name("Signature")] = try self.signature(recording, recorded: signature, key: key, message: message)
    }
    let bytes =
      isForm
      ? parsed.flatMap { _ in body?.object.map { FormBody.encode($0) } } : body.map { Array($0.pythonDump().utf8) }
    return Sent(
      path: translation.translate(recording.path), method: try #require(.init(rawValue: recording.method)),
      headers: headers, body: (bytes ?? recordedBody).map { ByteBuffer(bytes: $0) })
  }

  /// The signature: a good one, or the fault that the recording is about.
  private func signature(
    _ recording: Recording, recorded: String, key: RSAPrivateKey?, message: [UInt8]
  ) throws -> String {
    switch recording.number {
    case 13, 14: return recorded
    case 4, 118: return Base64URL.encode(try RSAPrivateKey.generate().sign(message))
    case 12, 34: return Base64URL.encode(try #require(key).sign(message + [0]))
    case 18: return Base64URL.encode(try #require(placeKeys["uwu4qD8g"]).sign(message))
    default:
      guard let key else { return recorded }
      return Base64URL.encode(try key.sign(message))
    }
  }

  /// Learns the secrets in an answer: a place's API key at a handshake, a person's wallet.
  func keepSecrets(_ recording: Recording, ours: [UInt8]) throws {
    let recordedAnswer = try JSON.parse(recording.answer)
    let body = recording.body.map { Array($0.utf8) } ?? []
    if recording.path == "/place/handshake/", recording.status == 202 {
      let recorded = try #require(Handshake.Answer(parsing: Array(recording.answer.utf8)))
      let answer = try #require(Handshake.Answer(parsing: ours))
      let prefix = String(recorded.apiKey.prefix(8))
      apiKeys[prefix] = answer.apiKey
      translation.learn(recorded.wallet.text, is: answer.wallet.text)
      let fields = try (try? JSON.parse(body)) ?? FormBody.parse(body)
      placeKeys[prefix] = try translation.key(for: try #require(fields["cashless_rsa_pub_key"]?.text))
    }
    if let key = (recordedAnswer["api_key"] ?? recordedAnswer["key"])?.text {
      let answer = try JSON.parse(ours)
      apiKeys[String(key.prefix(8))] = try #require((answer["api_key"] ?? answer["key"])?.text)
    }
    if recording.path == "/wallet/get_or_create/", recording.status <= 201 {
      walletKeys[try #require(recordedAnswer.text)] = try translation.key(
        for: try #require(try JSON.parse(body)["public_pem"]?.text))
    }
  }

  static func name(_ text: String) -> HTTPField.Name { HTTPField.Name(text) ?? .ifMatch }
}
