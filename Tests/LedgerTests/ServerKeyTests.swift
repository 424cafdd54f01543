import FedowProtocol
import Foundation
import Model
import Signing
import Testing

@testable import Ledger

@Suite("Secrets at rest")
struct ServerKeyTests {
  @Test("the server's key opens with the server's secret alone, and stays the same")
  func opens() async throws {
    let ledger = try await LedgerFixture()
    let key = try await ServerKey(store: ledger.store).load()
    let published = try await ledger.store.read { try $0.walletPublicKey($0.primaryWallet()) }
    #expect(key.publicKey.pem == published)
    try await ServerKey(store: ledger.store).ensure()
    #expect(try await ServerKey(store: ledger.store).load().pem == key.pem)
    let secret = ledger.directory.appending(path: "ledger.key")
    let mode = try FileManager.default.attributesOfItem(atPath: secret.path)[.posixPermissions] as? Int
    #expect(mode == 0o600)
    try Data((String(repeating: "00", count: 32) + "\n").utf8).write(to: secret)
    await #expect(throws: Refusal.self) { try await ServerKey(store: ledger.store).load() }
    try FileManager.default.removeItem(at: secret)
    await #expect(throws: Refusal.self) { try await ServerKey(store: ledger.store).load() }
  }

  @Test("a secret that is damaged is said to be, and no other takes its place")
  func damaged() async throws {
    let ledger = try await LedgerFixture()
    let secret = ledger.directory.appending(path: "ledger.key")
    let load = { _ = try await ServerKey(store: ledger.store).load() }
    for text in ["", "00", String(repeating: "0x", count: 32)] {
      try Data(text.utf8).write(to: secret)
      let refused = await #expect(throws: Refusal.self) { try await load() }
      #expect(refused?.code == .keyInvalid && refused?.sentence.contains("does not hold") == true, "\(text)")
      #expect(try Data(contentsOf: secret) == Data(text.utf8))
    }
    try FileManager.default.removeItem(at: secret)
    try FileManager.default.createDirectory(at: secret, withIntermediateDirectories: false)
    #expect(await refusal(load) == .keyInvalid)
  }

  @Test("a ledger whose authority is written down gets no new key when its own is gone")
  func gone() async throws {
    let ledger = try await LedgerFixture()
    try await ledger.store.write { try $0.execute("DELETE FROM settings WHERE key = 'server_key'") }
    #expect(await refusal { try await ServerKey(store: ledger.store).ensure() } == .keyInvalid)
    #expect(try await ledger.store.read { try $0.setting(.serverKey) } == nil)
  }

  @Test("a ledger from before servers had keys gets one at its next start")
  func older() async throws {
    let ledger = try await LedgerFixture()
    try await ledger.store.write { books in
      for statement in [
        "DELETE FROM settings WHERE key = 'server_key'", "DROP TRIGGER authorities_stay", "DELETE FROM authorities",
      ] {
        try books.execute(statement)
      }
    }
    await #expect(throws: Refusal.self) { try await ServerKey(store: ledger.store).load() }
    try await ServerKey(store: ledger.store).ensure()
    _ = try await ServerKey(store: ledger.store).load()
  }

  @Test("neither the database nor its log holds a secret in clear")
  func nothingInClear() async throws {
    let ledger = try await LedgerFixture()
    let pairing = try await Administration(store: ledger.store).pairAgain(place: "Bar du Port").pairing
    let temporary = try #require(APIKey(pairing.temporaryKey))
    let till = try RSAPrivateKey.generate()
    let body = Handshake.request(
      place: pairing.place, ip: "127.0.0.1", url: "https://till.test", adminKey: APIKey.generate().text,
      publicKeyPEM: till.publicKey.pem)
    let unused = try await Administration(store: ledger.store).pairAgain(place: "Bar du Port").pairing.temporaryKey
    let (root, answer) = try await ledger.running { service in
      (
        try await service.submit(RootHandshake()),
        try await service.submit(
          PairPlace(key: temporary, body: body, signature: try till.sign(SignedMessage.post(body))))
      )
    }
    let rootKey = try #require(try JSON.parse(root.body)["api_key"]?.text)
    let lasting = try #require(Handshake.Answer(parsing: Array(answer.body.utf8))).apiKey
    let secret = try String(contentsOf: ledger.directory.appending(path: "ledger.key"), encoding: .utf8)
    let serverKey = try await ServerKey(store: ledger.store).load().pem.split(separator: "\n")[2]
    let admin = try #require(body["cashless_admin_apikey"]?.text)
    let secrets = [
      temporary.text, unused, rootKey, lasting, secret.trimmingCharacters(in: .newlines), String(serverKey), admin,
    ]
    for name in ["ledger.sqlite", "ledger.sqlite-wal"] {
      let bytes = try Data(contentsOf: ledger.directory.appending(path: name))
      for secret in secrets {
        // Without the part of an API key that is public.
        #expect(bytes.range(of: Data(secret.suffix(32).utf8)) == nil, "\(name)")
      }
    }
    let everything = try ["ledger.sqlite", "ledger.sqlite-wal"].reduce(into: Data()) {
      $0 += try Data(contentsOf: ledger.directory.appending(path: $1))
    }
    #expect(everything.range(of: Data("Bar du Port".utf8)) != nil)
    #expect(everything.range(of: Data("BEGIN ENCRYPTED PRIVATE KEY".utf8)) != nil)
  }
}
