import FedowProtocol
import Model
import Signing

/// `POST /wallet/get_or_create/`: the wallet of a person, known by an address and the key that only they have.
public struct GetOrCreateWallet: LedgerCommand {
  let body: JSON
  let signature: [UInt8]?

  /// The wallet for this body, signed by the key in it.
  public init(body: JSON, signature: [UInt8]?) {
    self.body = body
    self.signature = signature
  }

  /// The wallet's uuid: 201 when it is new, 200 when it was known with this key.
  public func perform(_ ledger: LedgerWriter) throws -> Answer {
    var fields = try RequestFields(body)
    let person = PersonKey(&fields, email: "email", pem: "public_pem")
    try fields.check()
    guard let person else { throw Refusal(.requestMalformed) }
    guard let signature, person.key.isValid(signature: signature, for: SignedMessage.post(body)) else {
      throw Rejection("Invalid singature")
    }
    guard let (user, isNew) = try ledger.person(person) else { throw Rejection("Invalid pub pem") }
    return Answer(status: isNew ? 201 : 200, JSON(user.wallet.text))
  }
}
