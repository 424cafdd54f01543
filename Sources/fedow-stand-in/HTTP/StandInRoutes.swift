import FedowProtocol
import GRDB
import Signing
import TestKit

/// The calls that a kiosk needs, as they were recorded.
struct StandInRoutes {
  let books: StandInBooks

  func answer(_ request: HTTPMessage) -> StandInAnswer {
    do {
      return try route(request)
    } catch let error as FieldErrors {
      return StandInAnswer(400, error.json)
    } catch {
      return .failure
    }
  }

  /// Moves the money of a sale and writes nothing about it.
  func forget(_ request: HTTPMessage) {
    guard let body = try? JSON.parse(request.body), let wallet = try? signer(of: request, body) else { return }
    try? books.forget(body, by: wallet)
  }

  private func route(_ request: HTTPMessage) throws -> StandInAnswer {
    let words = request.path.split(separator: "/").map { String($0) }
    switch (request.method, words.first, words.count) {
    case ("GET", "helloworld", 1): return StandInAnswer(200, ["message": "Hello world!"])
    case ("POST", "place", 2) where words[1] == "handshake": return try handshake(request)
    case ("GET", "transaction", 2):
      // For anyone: neither key nor signature.
      return try books.transactionAnswer(words[1]).map { StandInAnswer(200, $0) }
        ?? StandInAnswer(404, ["detail": "No Transaction matches the given query."])
    case ("GET", "card", 2):
      guard try signer(of: request, JSON.null) != nil else { return .forbidden }
      return try books.cardAnswer(words[1]).map { StandInAnswer(200, $0) } ?? StandInAnswer(404, "Carte inconnue")
    case ("GET", "asset", 1):
      return try signer(of: request, JSON.null) == nil ? .forbidden : StandInAnswer(200, try books.assetAnswers())
    case ("GET", "transaction", 1):
      // All of the server's, to any place.
      return try signer(of: request, JSON.null) == nil ? .forbidden : StandInAnswer(200, try books.transactionAnswers())
    case ("POST", "transaction", 1):
      guard let body = try? JSON.parse(request.body) else {
        return StandInAnswer(400, ["detail": "JSON parse error - Expecting value: line 1 column 1 (char 0)"])
      }
      guard let wallet = try signer(of: request, body) else { return .forbidden }
      return StandInAnswer(201, try books.post(body, by: wallet))
    default: return .noPage
    }
  }

  /// The wallet of the place that signed; nil when nobody did.
  private func signer(of request: HTTPMessage, _ body: JSON) throws -> String? {
    guard let key = apiKey(of: request), let place = try books.place(apiKey: key),
      let publicKey = try? RSAPublicKey(pem: place["public_key"])
    else { return nil }
    let message = request.method == "GET" ? SignedMessage.placeGet(apiKey: key) : SignedMessage.post(body)
    return isSigned(request, message, by: publicKey) ? place["wallet"] : nil
  }

  private func isSigned(_ request: HTTPMessage, _ message: [UInt8], by key: RSAPublicKey) -> Bool {
    guard let signature = request.header("Signature").flatMap({ Base64URL.decode($0) }) else { return false }
    return key.isValid(signature: signature, for: message)
  }

  private func apiKey(of request: HTTPMessage) -> String? {
    let words = (request.header("Authorization") ?? "").split(separator: " ")
    return words.count == 2 && words[0] == "Api-Key" ? String(words[1]) : nil
  }

  private func handshake(_ request: HTTPMessage) throws -> StandInAnswer {
    let isForm = request.header("Content-Type")?.contains("form-urlencoded") == true
    guard let body = isForm ? try? FormBody.parse(request.body) : try? JSON.parse(request.body),
      let place = body["fedow_place_uuid"]?.text, let pem = body["cashless_rsa_pub_key"]?.text,
      let key = apiKey(of: request)
    else { return StandInAnswer(400, ["cashless_rsa_pub_key": ["Ce champ est obligatoire."]]) }
    guard let publicKey = try? RSAPublicKey(pem: pem) else { return .failure }
    guard isSigned(request, SignedMessage.post(body), by: publicKey) else {
      return StandInAnswer(400, ["non_field_errors": ["Invalid signature"]])
    }
    return try books.pair(place, temporaryKey: key, publicKey: pem).map { StandInAnswer(202, $0.body) } ?? .forbidden
  }
}
