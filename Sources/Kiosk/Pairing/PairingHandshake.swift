import FedowProtocol
import Model
import Signing
import Transport

/// Makes this machine a client of a place: `POST /place/handshake/`, form-encoded as the tills send it (recording 7).
public struct PairingHandshake: Sendable {
  private let file: PairingFile
  private let connection: HTTPConnection

  /// A handshake whose result goes into this file.
  public init(file: PairingFile, timeouts: LedgerTimeouts = LedgerTimeouts()) {
    self.file = file
    connection = HTTPConnection(
      label: "pairing", limits: HTTPLimits(connectMilliseconds: timeouts.connect, totalMilliseconds: 30_000))
  }

  /// Pairs with the ledger in the string.
  /// - Parameters:
  ///   - url: the ledger's address when the string's own cannot be reached from here.
  ///   - replacing: whether a pairing that exists may be lost.
  /// - Throws: `Refusal`.
  public func run(_ string: PairingString, url: String?, replacing: Bool) async throws(Refusal) -> Pairing {
    // A damaged file is only worth keeping when it was not asked to be replaced.
    let existing = replacing ? nil : try file.load()
    guard existing == nil else {
      throw Refusal(.alreadyExists, "This kiosk is paired already. To lose that pairing: tapctl pair STRING --replace")
    }
    let key = try file.keyForHandshake()
    let baseURL = PairingString(
      domain: url ?? string.domain, place: string.place, temporaryKey: string.temporaryKey
    ).baseURL
    let answer = try await exchange(string, key: key, baseURL: baseURL)
    guard answer.status == 202 || answer.status == 200 || answer.status == 201 else {
      if answer.status == 401 || answer.status == 403 {
        throw Refusal(.signatureInvalid, "The ledger does not know this pairing string; it can be used once only.")
      }
      throw LedgerRefusal.reading(answer)
    }
    guard let granted = Handshake.Answer(parsing: answer.body),
      let credentials = try? PlaceCredentials(apiKey: granted.apiKey, key: key)
    else { throw Refusal(.ledgerRefused, "The ledger's answer to the handshake could not be understood.") }
    let pairing = Pairing(
      ledgerURL: baseURL, place: string.place, placeWallet: granted.wallet, credentials: credentials)
    try file.store(pairing)
    return pairing
  }

  private func exchange(
    _ string: PairingString, key: RSAPrivateKey, baseURL: String
  ) async throws(Refusal) -> HTTPResponse {
    let body = Handshake.request(
      place: string.place, ip: "127.0.0.1", url: "https://localhost", adminKey: APIKey.generate().text,
      publicKeyPEM: key.publicKey.pem)
    guard let fields = body.object, let signature = try? key.sign(SignedMessage.post(body)) else {
      throw Refusal(.keyInvalid)
    }
    let request = HTTPRequest(
      method: "POST", url: baseURL + "/place/handshake/",
      headers: [
        "Authorization: Api-Key \(string.temporaryKey)", "Signature: \(Base64URL.encode(signature))",
        "Content-Type: application/x-www-form-urlencoded",
      ], body: FormBody.encode(fields), isRepeatable: false)
    do {
      return try await connection.send(request)
    } catch {
      throw Refusal(.ledgerUnreachable, "The ledger at \(baseURL) does not answer: \(error.reason).")
    }
  }
}
