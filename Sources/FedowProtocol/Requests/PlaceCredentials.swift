import Signing

/// What a place proves itself with: its API key and its RSA key.
public struct PlaceCredentials: Sendable {
  /// `<8 characters>.<32 characters>`.
  public let apiKey: String
  /// The key whose public half was given to the ledger at the handshake.
  public let key: RSAPrivateKey
  /// The signature of every GET, which the protocol makes over the API key alone.
  private let signatureForGet: String

  /// Signs once for all GETs.
  public init(apiKey: String, key: RSAPrivateKey) throws(SigningError) {
    self.apiKey = apiKey
    self.key = key
    signatureForGet = Base64URL.encode(try key.sign(SignedMessage.placeGet(apiKey: apiKey)))
  }

  /// The headers that authenticate a request with this body.
  public func headersForPost(body: JSON) throws(SigningError) -> [(String, String)] {
    let signature = Base64URL.encode(try key.sign(SignedMessage.post(body)))
    return [("Authorization", "Api-Key \(apiKey)"), ("Signature", signature)]
  }

  /// The headers that authenticate a request without body.
  public func headersForGet() -> [(String, String)] {
    [("Authorization", "Api-Key \(apiKey)"), ("Signature", signatureForGet)]
  }
}
