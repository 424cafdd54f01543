import FedowProtocol
import Glibc
import Kiosk
import Model
import Signing
import TestKit
import Testing

@Suite(.timeLimit(.minutes(10))) struct PairingTests {
  private let directory = TemporaryFolder()
  private let string = PairingString(
    domain: "unreachable.invalid", place: .random(), temporaryKey: APIKey.generate().text)
  private let answer = Handshake.Answer(apiKey: APIKey.generate().text, wallet: .random())

  private var file: PairingFile { PairingFile(dataDirectory: directory.path) }

  private func mode(_ name: String) -> mode_t? {
    var status = stat()
    return stat("\(directory.path)/\(name)", &status) == 0 ? status.st_mode & 0o777 : nil
  }

  @Test func theHandshakeIsFormEncodedSignedAndStored() async throws {
    let server = try ScriptedServer([.answer(202, answer.body.compact)])
    defer { server.stop() }
    _ = try await PairingHandshake(file: file).run(string, url: server.url, replacing: false)
    let pairing = try #require(try file.load())
    #expect(pairing.placeWallet == answer.wallet)
    #expect(pairing.credentials.apiKey == answer.apiKey)
    #expect(mode("pairing.json") == 0o600)
    #expect(mode("pairing.key") == nil)
    let request = try #require(server.received.first)
    #expect(request.head.contains("Content-Type: application/x-www-form-urlencoded"))
    let body = try FormBody.parse(request.body)
    let names = [
      "fedow_place_uuid", "cashless_ip", "cashless_url", "cashless_admin_apikey", "cashless_rsa_pub_key", "dokos_id",
    ]
    #expect(body.object?.keys == names)
    let line = request.head.split(separator: "\r\n").first { $0.hasPrefix("Signature: ") }
    let signature = try #require(line.flatMap { Base64URL.decode(String($0.dropFirst(11))) })
    #expect(pairing.credentials.key.publicKey.isValid(signature: signature, for: SignedMessage.post(body)))
  }

  @Test func anAnswerThatNeverCameLeavesTheKeyForTheNextTry() async throws {
    let first = try ScriptedServer([.closeAfterRequest])
    defer { first.stop() }
    await #expect(throws: Refusal.self) {
      try await PairingHandshake(file: file).run(string, url: first.url, replacing: false)
    }
    #expect(try file.load() == nil)
    #expect(mode("pairing.key") == 0o600)
    let second = try ScriptedServer([.answer(202, answer.body.compact)])
    defer { second.stop() }
    _ = try await PairingHandshake(file: file).run(string, url: second.url, replacing: false)
    let keys = try [first, second].map { server in
      try FormBody.parse(try #require(server.received.first).body)["cashless_rsa_pub_key"]?.text
    }
    #expect(keys[0] == keys[1])
  }

  @Test(arguments: [
    (403, #"{"detail":"x"}"#, Refusal.Code.signatureInvalid), (401, "", .signatureInvalid),
    (409, #"{"code":"already_exists"}"#, .alreadyExists),
  ])
  func aHandshakeThatIsRefusedSaysWhyAndPairsNothing(status: Int, body: String, code: Refusal.Code) async throws {
    let server = try ScriptedServer([.answer(status, body)])
    defer { server.stop() }
    await #expect {
      try await PairingHandshake(file: file).run(string, url: server.url, replacing: false)
    } throws: {
      ($0 as? Refusal)?.code == code
    }
    #expect(try file.load() == nil)
  }

  @Test func anExistingPairingIsOnlyLostWhenAskedTo() async throws {
    let server = try ScriptedServer([.answer(202, answer.body.compact), .answer(202, answer.body.compact)])
    defer { server.stop() }
    let handshake = PairingHandshake(file: file)
    _ = try await handshake.run(string, url: server.url, replacing: false)
    await #expect {
      try await handshake.run(string, url: server.url, replacing: false)
    } throws: {
      ($0 as? Refusal)?.code == .alreadyExists
    }
    #expect(server.received.count == 1)
    _ = try await handshake.run(string, url: server.url, replacing: true)
  }

  @Test func aFileThatOthersCanReadIsNotUsed() async throws {
    let server = try ScriptedServer([.answer(202, answer.body.compact)])
    defer { server.stop() }
    _ = try await PairingHandshake(file: file).run(string, url: server.url, replacing: false)
    #expect(chmod(directory.path + "/pairing.json", 0o640) == 0)
    #expect {
      try file.load()
    } throws: {
      ($0 as? Refusal)?.code == .keyInvalid
    }
  }
}
