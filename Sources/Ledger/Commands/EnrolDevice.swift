import FedowProtocol
import Model
import Signing

/// `POST /v1/devices/codes/`: a single-use code for a further kiosk of the place.
public struct CreateEnrolmentCode: LedgerCommand {
  let place: EntityID
  let device: EntityID?
  let body: JSON

  /// How long a code is good, in seconds.
  public static let lifetime: Int64 = 15 * 60

  /// A code of this place, asked for by one of its devices.
  public init(place: EntityID, device: EntityID?, body: JSON) {
    self.place = place
    self.device = device
    self.body = body
  }

  /// 201 with the code, which is nowhere else to be found again: its hash is what is kept.
  public func perform(_ ledger: LedgerWriter) throws -> Answer {
    let place = try ledger.caller(place)
    let name = try NativeBody(body).text("name", atMost: 100)
    let (code, expiresAt) = try ledger.enrolmentCode(place: place, name: name, device: device, domain: nil)
    return Answer(status: 201, ["code": JSON(code.text), "expires_at": JSON(expiresAt.wire)])
  }
}

extension LedgerWriter {
  /// Makes a code and keeps its hash.
  /// - Parameter domain: where the device reaches the ledger; nil: the address given at installation.
  func enrolmentCode(
    place: Books.Place, name: String, device: EntityID?, domain: String?
  ) throws -> (code: EnrolmentCode, expiresAt: LedgerTime) {
    guard let domain = try domain ?? books.setting(.domain) else {
      throw Refusal(.configurationInvalid, "This ledger is not installed yet. Run: ledgerd install")
    }
    let secret = APIKey.generate()
    let expiresAt = now.adding(seconds: CreateEnrolmentCode.lifetime)
    try books.insertEnrolment(secret, place: place.uuid, name: name, expiresAt: expiresAt, at: now)
    try books.note(
      Books.AuditEntry("enrolment_code_made", place: place.uuid, device: device, detail: ["name": JSON(name)]), at: now)
    return (EnrolmentCode(domain: domain, place: place.uuid, secret: secret), expiresAt)
  }
}

/// `POST /v1/devices/`: a kiosk becomes a device of the place with a key of its own; no other's key is touched.
public struct EnrolDevice: LedgerCommand {
  let body: JSON
  let signature: [UInt8]?

  /// Enrols the key of this body, which must have signed it.
  public init(body: JSON, signature: [UInt8]?) {
    self.body = body
    self.signature = signature
  }

  /// 201 with the device and its API key.
  ///
  /// The answer may be lost: the same code with the same key gives, while the code lives, the same device a fresh API key
  /// in the place of the one that nobody received.
  public func perform(_ ledger: LedgerWriter) throws -> Answer {
    let books = ledger.books
    let body = try NativeBody(body)
    let text = try body.text("code", atMost: 2000)
    let name = try body.optionalText("name", atMost: 100).flatMap { $0.isEmpty ? nil : $0 }
    let pem = try body.text("public_key", atMost: 10_000)
    guard let key = try? RSAPublicKey(pem: pem), key.bits >= 2048 else {
      throw Refusal(.keyInvalid, "public_key is an RSA key of 2048 bits or more, in PEM.")
    }
    guard let signature, key.isValid(signature: signature, for: SignedMessage.post(body.json)) else {
      throw Refusal(.signatureInvalid, "The body is not signed by public_key.")
    }
    guard let secret = APIKey(text) ?? (try? EnrolmentCode(parsing: text))?.secret,
      let enrolment = try books.enrolment(secret), ledger.now < enrolment.expiresAt,
      let place = try books.place(enrolment.place), !place.isDisabled
    else { throw Refusal(.pairingInvalid) }
    let apiKey = APIKey.generate()
    let device = try enrolment.device ?? enrolNew(enrolment, name: name, key: key, apiKey: apiKey, ledger: ledger)
    if enrolment.device != nil {
      guard try books.publicKey(ofDevice: device) == key.pem else { throw Refusal(.pairingInvalid) }
      try books.replaceKey(ofDevice: device, by: apiKey)
    }
    let request = RequestSignature(digest: SHA256.hash(SignedMessage.post(body.json)), signature: signature)
    try ledger.grantAuthority(to: device, of: place.uuid, reason: "enrolled", request: request)
    return Answer(
      status: 201,
      [
        "device": JSON(device.text), "api_key": JSON(apiKey.text), "place": JSON(place.uuid.text),
        "place_name": JSON(place.name), "wallet": JSON(place.wallet.text),
      ])
  }

  private func enrolNew(
    _ enrolment: Books.Enrolment, name: String?, key: RSAPublicKey, apiKey: APIKey, ledger: LedgerWriter
  ) throws -> EntityID {
    let device = ledger.newID()
    let name = name ?? enrolment.name
    try ledger.books.insertKey(
      apiKey, purpose: .place, place: enrolment.place, publicKey: key.pem, device: device, name: name, at: ledger.now)
    try ledger.books.use(enrolment: enrolment.digest, by: device)
    try ledger.books.note(
      Books.AuditEntry("enrolled", place: enrolment.place, device: device, detail: ["name": JSON(name)]),
      at: ledger.now)
    return device
  }
}

/// `POST /v1/devices/{id}/revoke/`: a device's key opens nothing any more, from this commit on.
public struct RevokeDevice: LedgerCommand {
  let place: EntityID
  let caller: EntityID?
  let device: EntityID

  /// Revokes a device of this place.
  public init(place: EntityID, caller: EntityID?, device: EntityID) {
    self.place = place
    self.caller = caller
    self.device = device
  }

  /// 200 with the device, also when it was revoked before.
  public func perform(_ ledger: LedgerWriter) throws -> Answer {
    let place = try ledger.caller(place)
    return Answer(try ledger.revoke(device: device, of: place, by: caller).json(isThis: device == caller))
  }
}

extension LedgerWriter {
  /// Revokes a device of a place and writes down who did.
  /// - Throws: `Refusal` with `not_found`.
  func revoke(device: EntityID, of place: Books.Place, by caller: EntityID?) throws -> Books.Device {
    guard let known = try books.device(device, of: place.uuid) else {
      throw Refusal(.notFound, "This place has no device \(device).")
    }
    if known.revokedAt == nil {
      try revokeAuthority(ofDevicesOf: place.uuid, device: device, reason: "revoked")
      try books.revoke(device: device, at: now)
      try books.note(
        Books.AuditEntry(
          "revoked", place: place.uuid, device: caller,
          detail: ["device": JSON(device.text), "name": JSON(known.name)]), at: now)
    }
    guard let revoked = try books.device(device, of: place.uuid) else { throw Refusal(.ledgerBroken) }
    return revoked
  }
}
