import FedowProtocol
import Model
import Signing

/// `GET /place/link_cashless_to_place/`: the administrator of a ticketing server's place gets a pairing key for its till,
/// which only they can read.
public struct LinkCashless: LedgerCommand {
  let place: EntityID
  let signer: EntityID

  /// For this place, asked for by this wallet.
  public init(place: EntityID, signer: EntityID) {
    self.place = place
    self.signer = signer
  }

  /// 201 with the key, encrypted for the administrator; 403 to anyone else; 405 when the place has its till.
  public func perform(_ ledger: LedgerWriter) throws -> Answer {
    let place = try ledger.caller(place)
    let books = ledger.books
    guard let user = try books.user(wallet: signer), try books.isAdmin(user: user.uuid, of: place.uuid),
      let pem = try books.walletPublicKey(signer), let admin = try? RSAPublicKey(pem: pem)
    else { throw Rejection.forbidden }
    guard try !books.hasPairedKey(place: place.uuid) else {
      throw Rejection(
        status: 405,
        ["detail": "This place has its till already.", "code": JSON(Refusal.Code.alreadyExists.rawValue)])
    }
    let key = try ledger.makePairingKey(for: place.uuid).key
    let cipher = try admin.encrypt(Array(key.text.utf8))
    return Answer(status: 201, ["rsa_cypher_message": JSON(Base64URL.encode(cipher))])
  }
}
