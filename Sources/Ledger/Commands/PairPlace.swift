import FedowProtocol
import Model
import Signing

/// `POST /place/handshake/`: the one use of a pairing key; the place gets its lasting API key for this client's RSA key.
public struct PairPlace: LedgerCommand {
  let key: APIKey
  let body: JSON
  let signature: [UInt8]

  /// A handshake by this temporary key.
  public init(key: APIKey, body: JSON, signature: [UInt8]) {
    self.key = key
    self.body = body
    self.signature = signature
  }

  /// 202 with the new key, a JSON string of base64url.
  public func perform(_ ledger: LedgerWriter) throws -> Answer {
    let books = ledger.books
    guard let known = try books.key(key, purpose: .pairing), let placeID = known.place,
      known.expiresAt.map({ ledger.now < $0 }) ?? true, let place = try books.place(placeID), !place.isDisabled
    else { throw Rejection.notAuthenticated }
    var fields = try RequestFields(body)
    let named = fields.id("fedow_place_uuid")
    let ip = fields.text("cashless_ip", atMost: 100)
    let url = fields.text("cashless_url", atMost: 500)
    _ = fields.text("cashless_admin_apikey", atMost: 41)
    let pem = fields.text("cashless_rsa_pub_key", atMost: 10_000)
    let dokosID = fields.text("dokos_id", atMost: 100, isRequired: false)
    if let named, named != placeID { fields.refuse("fedow_place_uuid", "The key is not for this place") }
    try fields.check()
    guard let ip, let url, let pem else { throw Refusal(.requestMalformed) }
    guard let publicKey = try? RSAPublicKey(pem: pem), publicKey.bits >= 2048 else {
      throw Rejection(field: "cashless_rsa_pub_key", "Public key not valid, must be 2048 bits or more")
    }
    let digest = SHA256.hash(SignedMessage.post(body))
    guard publicKey.isValid(signature: signature, forDigest: digest) else {
      throw Rejection("Invalid signature")
    }
    let (lasting, device) = (APIKey.generate(), ledger.newID())
    try books.deleteKey(digest: known.digest)
    try books.insertKey(
      lasting, purpose: .place, place: placeID, publicKey: publicKey.pem, device: device, name: url, at: ledger.now)
    try ledger.grantAuthority(
      to: device, of: placeID, reason: "paired", request: RequestSignature(digest: digest, signature: signature))
    try books.note(Books.AuditEntry("paired", place: placeID, detail: ["address": JSON(url)]), at: ledger.now)
    try books.setCashless(of: placeID, url: url, ip: ip, dokosID: dokosID ?? "None")
    return Answer(status: 202, Handshake.Answer(apiKey: lasting.text, wallet: place.wallet).body)
  }
}
