import Foundation
import Model
import Signing
import Testing

@Suite("RSA")
struct RSATests {
  @Test("a generated key survives its PEM and signs for its public half only")
  func roundTrip() throws {
    let key = try RSAPrivateKey(pem: RSAPrivateKey.generate().pem)
    let message = Array("message".utf8)
    let signature = try key.sign(message)
    #expect(try RSAPublicKey(pem: key.publicKey.pem).isValid(signature: signature, for: message))
    #expect(try !RSAPrivateKey.generate().publicKey.isValid(signature: signature, for: message))
    #expect(!key.publicKey.isValid(signature: signature, for: Array("massage".utf8)))
    #expect(!key.publicKey.isValid(signature: [], for: message))
    #expect(try key.sign(message) != signature)
  }

  @Test("OAEP is opened by the private half alone")
  func encryption() throws {
    let key = try RSAPrivateKey.generate()
    let secret = Array("temporary key".utf8)
    let cipher = try key.publicKey.encrypt(secret)
    #expect(try key.decrypt(cipher) == secret)
    #expect(throws: SigningError.self) { try RSAPrivateKey.generate().decrypt(cipher) }
    #expect(throws: SigningError.self) { try key.publicKey.encrypt([UInt8](repeating: 0, count: 300)) }
  }

  @Test(
    "what is no RSA key of at least 2048 bits is refused",
    arguments: [
      "", "no PEM", "-----BEGIN PUBLIC KEY-----\n!!!\n-----END PUBLIC KEY-----\n",
    ])
  func malformed(pem: String) {
    #expect(throws: SigningError.self) { try RSAPublicKey(pem: pem) }
    #expect(throws: SigningError.self) { try RSAPrivateKey(pem: pem) }
  }

  @Test(
    "a short key and a key of another kind are told apart",
    arguments: [
      (["genrsa", "1024"], SigningError.Code.keyTooWeak), (["genpkey", "-algorithm", "ed25519"], .keyMalformed),
    ])
  func otherKeys(arguments: [String], code: SigningError.Code) throws {
    let process = Process()
    let output = Pipe()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/openssl")
    process.arguments = arguments
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    let pem = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    #expect { try RSAPrivateKey(pem: pem) } throws: { ($0 as? SigningError)?.code == code }
  }
}
