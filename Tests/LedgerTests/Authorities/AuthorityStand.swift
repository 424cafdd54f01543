import FedowProtocol
import Foundation
import Model
import Signing
import TestKit

@testable import Ledger

/// A ledger whose requests are signed and authenticated as they are over HTTP.
struct AuthorityStand: Sendable {
  let ledger: LedgerFixture
  let authenticator: Authenticator

  init() async throws {
    ledger = try await LedgerFixture()
    authenticator = Authenticator(store: ledger.store)
  }

  var administration: Administration {
    Administration(store: ledger.store, clock: { [weak ledger] in ledger?.time.withLock { $0 } ?? LedgerTime.now() })
  }

  /// A till of the place, with the key that it signs with.
  struct Till: Sendable {
    let key: RSAPrivateKey
    let apiKey: APIKey
  }

  /// Pairs a till, as `tapctl pair` does.
  func pair(place: String = "Bar du Port", key: RSAPrivateKey? = nil) async throws -> Till {
    let pairing = try await administration.pairAgain(place: place)
    let key = try key ?? ledger.nextKey()
    let body = Handshake.request(
      place: pairing.place.uuid, ip: "127.0.0.1", url: "https://till.test", adminKey: APIKey.generate().text,
      publicKeyPEM: key.publicKey.pem)
    guard let temporary = APIKey(pairing.pairing.temporaryKey) else { throw Refusal(.keyInvalid) }
    let answer = try await ledger.service.submit(
      PairPlace(key: temporary, body: body, signature: try key.sign(SignedMessage.post(body))))
    guard let granted = Handshake.Answer(parsing: Array(answer.body.utf8)), let apiKey = APIKey(granted.apiKey) else {
      throw Refusal(.keyInvalid)
    }
    return Till(key: key, apiKey: apiKey)
  }

  /// Sends what a till signed.
  @discardableResult
  func send(_ body: JSON, by till: Till) async throws -> Answer {
    let message = SignedMessage.post(body)
    let credentials = Credentials(
      authorization: "Api-Key \(till.apiKey.text)", signature: Base64URL.encode(try till.key.sign(message)))
    let (caller, passport) = try await authenticator.regular(credentials) { message }
    return try await ledger.service.submit(PostTransaction(place: caller.place.uuid, body: body), by: passport)
  }

  /// A refill of a card.
  func refill(_ amount: Int64, by till: Till) async throws {
    let wallet = try await ledger.wallet(LedgerFixture.tag)
    try await send(
      ledger.body(amount, from: ledger.place.wallet, to: wallet, tag: LedgerFixture.tag), by: till)
  }

  /// A sale to a card.
  func sale(_ amount: Int64, by till: Till) async throws {
    let wallet = try await ledger.wallet(LedgerFixture.tag)
    try await send(
      ledger.body(
        amount, from: wallet, to: ledger.place.wallet, tag: LedgerFixture.tag,
        metadata: ["ticket": JSON(EntityID.random().text)]), by: till)
  }

  /// Seals all there is, as the service does.
  func seal() async throws {
    while let seal = try await ledger.store.nextSeal() { _ = try await ledger.service.submit(AppendSeal(seal: seal)) }
  }

  /// Changes the file as a person with it in hand would, whom no trigger stops.
  func tamper(_ sql: String) async throws { try await Self.tamper(ledger.store, sql) }

  static func tamper(_ store: LedgerStore, _ sql: String) async throws {
    let triggers = [
      "transactions_are_final", "transactions_stay", "authorities_are_final", "authorities_stay", "seals_are_final",
      "seals_stay",
    ]
    let memory = store.memory
    try await store.pool.writeWithoutTransaction { db in
      memory.forget()
      try db.execute(sql: "PRAGMA foreign_keys = OFF")
      for trigger in triggers { try db.execute(sql: "DROP TRIGGER IF EXISTS \(trigger)") }
      try db.execute(sql: sql)
      try db.execute(sql: "PRAGMA foreign_keys = ON")
    }
  }

  func breaks(root: String? = nil) async throws -> [String] {
    try await LedgerAudit(store: ledger.store, root: root).run().breaks.map { "\($0)" }
  }

  func proof() async throws -> LedgerAudit.Proof { try await LedgerAudit(store: ledger.store).run().proof }
}
