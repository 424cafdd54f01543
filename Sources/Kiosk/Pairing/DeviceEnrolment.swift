import FedowProtocol
import Model
import Signing
import Transport

/// Makes this machine a further device of a place: `POST /v1/devices/` with a single-use code. No other's key is touched.
public struct DeviceEnrolment: Sendable {
  private let file: PairingFile
  private let connection: HTTPConnection

  /// An enrolment whose result goes into this file.
  public init(file: PairingFile, timeouts: LedgerTimeouts = LedgerTimeouts()) {
    self.file = file
    connection = HTTPConnection(
      label: "enrolment", limits: HTTPLimits(connectMilliseconds: timeouts.connect, totalMilliseconds: 30_000))
  }

  /// Enrols this kiosk. When the answer was lost, the same code and the same key, which waits on the disk, get another.
  /// - Parameters:
  ///   - name: what the kiosk is called; nil for the name that came with the code.
  ///   - url: the ledger's address when the code's own cannot be reached from here.
  ///   - replacing: whether a pairing that exists may be lost.
  /// - Throws: `Refusal`, with code `pairing_invalid` when the code is unknown, used or expired.
  public func run(_ code: EnrolmentCode, name: String?, url: String?, replacing: Bool) async throws(Refusal) -> Pairing
  {
    // A damaged file is only worth keeping when it was not asked to be replaced.
    let existing = replacing ? nil : try file.load()
    guard existing == nil else {
      throw Refusal(.alreadyExists, "This kiosk is paired already. To lose that pairing: tapctl pair CODE --replace")
    }
    let key = try file.keyForHandshake()
    let baseURL = EnrolmentCode(domain: url ?? code.domain, place: code.place, secret: code.secret).baseURL
    let answer = try await exchange(code, name: name, key: key, baseURL: baseURL)
    guard (200...201).contains(answer.status) else { throw LedgerRefusal.reading(answer) }
    guard let json = try? JSON.parse(answer.body), let device = json["device"]?.text.flatMap({ EntityID($0) }),
      let place = json["place"]?.text.flatMap({ EntityID($0) }),
      let wallet = json["wallet"]?.text.flatMap({ EntityID($0) }), let apiKey = json["api_key"]?.text,
      let credentials = try? PlaceCredentials(apiKey: apiKey, key: key)
    else { throw Refusal(.ledgerRefused, "The ledger's answer to the enrolment could not be understood.") }
    let pairing = Pairing(
      ledgerURL: baseURL, place: place, placeWallet: wallet, credentials: credentials, device: device)
    try file.store(pairing)
    return pairing
  }

  private func exchange(
    _ code: EnrolmentCode, name: String?, key: RSAPrivateKey, baseURL: String
  ) async throws(Refusal) -> HTTPResponse {
    let body: JSON = [
      "code": JSON(code.secret.text), "name": JSON(name), "public_key": JSON(key.publicKey.pem),
    ]
    guard let signature = try? key.sign(SignedMessage.post(body)) else { throw Refusal(.keyInvalid) }
    let request = HTTPRequest(
      method: "POST", url: baseURL + "/v1/devices/",
      headers: ["Signature: \(Base64URL.encode(signature))", "Content-Type: application/json"],
      body: Array(body.pythonDump().utf8))
    do {
      return try await connection.send(request)
    } catch {
      throw Refusal(.ledgerUnreachable, "The ledger at \(baseURL) does not answer: \(error.reason).")
    }
  }
}
