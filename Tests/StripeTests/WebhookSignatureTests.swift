import FedowProtocol
import Foundation
import Stripe
import Testing

/// Vectors made with Python's own `hmac`, so that both sides of our code cannot be wrong together.
@Suite struct WebhookSignatureTests {
  struct Vector: Sendable, CustomTestStringConvertible {
    let name, header, body, expected: String
    let secrets: [String]
    let now: Int64
    var testDescription: String { name }
  }

  @Test(arguments: try Self.vectors()) func aVectorIsJudged(_ vector: Vector) throws {
    let secrets = try vector.secrets.map { try WebhookSecret($0) }
    let judge = { () throws(WebhookSignature.Failure) in
      try WebhookSignature.verify(vector.header, body: Array(vector.body.utf8), secrets: secrets, now: vector.now)
    }
    if vector.expected == "ok" {
      try judge()
    } else {
      let failure = try #require(WebhookSignature.Failure(rawValue: vector.expected))
      #expect(throws: failure) { try judge() }
    }
  }

  @Test func whatTheStandInSignsIsGenuineUnderEachOfItsSecrets() throws {
    let secrets = [try WebhookSecret("whsec_a"), try WebhookSecret("whsec_b")]
    let body = Array("{}".utf8)
    let header = WebhookSignature.sign(body: body, secrets: secrets, now: 1000)
    for secret in secrets { try WebhookSignature.verify(header, body: body, secrets: [secret], now: 1000) }
  }

  @Test func aSecretShowsItselfToNobody() throws {
    let secret = try WebhookSecret("whsec_visible")
    #expect(!"\(secret) \(String(reflecting: secret))".contains("visible"))
    var dumped = ""
    dump(secret, to: &dumped)
    #expect(!dumped.contains("visible"))
  }

  static func vectors() throws -> [Vector] {
    let url = try #require(
      Bundle.module.url(forResource: "webhook-signatures", withExtension: "json", subdirectory: "Vectors"))
    let vectors = try JSON.parse(Array(Data(contentsOf: url))).elements ?? []
    return try vectors.map { vector in
      Vector(
        name: try #require(vector["name"]?.text), header: try #require(vector["header"]?.text),
        body: try #require(vector["body"]?.text), expected: try #require(vector["expected"]?.text),
        secrets: (vector["secrets"]?.elements ?? []).compactMap(\.text), now: try #require(vector["now"]?.int64))
    }
  }
}
