import FedowProtocol
import Model
import Signing
import Testing

/// Requests that a real server took or refused.
@Suite("Request signatures, vectors of the real server")
struct SignatureVectorTests {
  static let file = Vectors.load("fedow-signature-vectors")
  static let vectors: [JSON] = file["vectors"]?.elements ?? []
  /// Bodies that never get as far as a signature: the parser refuses them.
  static let unreadable = ["utf-8 BOM"]

  @Test("the verdict is the server's", arguments: vectors)
  func vector(_ vector: JSON) throws {
    let key = try RSAPublicKey(pem: #require(Self.file["public_key_pem"]?.text))
    let name = try #require(vector["name"]?.text)
    let body = Array(try #require(vector["body_sent"]?.text).utf8)
    let isForm = vector["content_type"]?.text == "application/x-www-form-urlencoded"
    let isGet = vector["server_status"]?.isNull == true
    guard !Self.unreadable.contains(name) else {
      #expect(throws: JSONError.self) { try JSON.parse(body) }
      return
    }
    let message: [UInt8]
    if isGet {
      message = SignedMessage.placeGet(apiKey: try #require(vector["message"]?.text))
    } else {
      let parsed = try isForm ? FormBody.parse(body) : body.isEmpty ? [:] : JSON.parse(body)
      message = SignedMessage.post(parsed)
    }
    let signature = Base64URL.decode(try #require(vector["signature"]?.text))
    let isAccepted = signature.map { key.isValid(signature: $0, for: message) } ?? false
    let wasAccepted = isGet || vector["server_status"]?.int64 == 200
    #expect(isAccepted == wasAccepted)
    // Of a refused request the vector holds what was signed, which is not what the server rebuilt.
    if wasAccepted { #expect(String(decoding: message, as: UTF8.self) == vector["message"]?.text) }
  }

  @Test("the vectors are all there")
  func count() { #expect(Self.vectors.count >= 20) }

  @Test("our own signature has the longest salt, so that a verifier that insists on it accepts")
  func ownSignature() throws {
    let key = try RSAPrivateKey(pem: #require(Self.file["private_key_pem"]?.text))
    let body: JSON = ["amount": 350, "comment": "Bière"]
    let headers = try PlaceCredentials(apiKey: "a", key: key).headersForPost(body: body)
    let signature = try #require(headers.first { $0.0 == "Signature" }?.1)
    let bytes = try #require(Base64URL.decode(signature))
    #expect(bytes.count == 256)
    #expect(key.publicKey.isValid(signature: bytes, for: SignedMessage.post(body)))
    #expect(!key.publicKey.isValid(signature: bytes, for: SignedMessage.post(["amount": 351, "comment": "Bière"])))
  }
}
