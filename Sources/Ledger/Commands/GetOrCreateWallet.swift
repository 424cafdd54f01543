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
    let email = fields.text("email", atMost: 254)
    let pem = fields.text("public_pem", atMost: 10_000)
    if let email, email.split(separator: "@", omittingEmptySubsequences: false).map(\.isEmpty) != [false, false] {
      fields.refuse("email", "Saisissez une adresse e-mail valide.")
    }
    let key = pem.flatMap { try? RSAPublicKey(pem: $0) }
    if pem != nil, key.map({ $0.bits >= 2048 }) != true {
      fields.refuse("public_pem", "Public key not valid, must be 2048 bits or more")
    }
    try fields.check()
    guard let email = email?.lowercased(), let key else { throw Refusal(.requestMalformed) }
    guard let signature, key.isValid(signature: signature, for: SignedMessage.post(body)) else {
      throw Rejection("Invalid singature")
    }
    if let user = try ledger.books.user(email: email) {
      guard try ledger.books.walletPublicKey(user.wallet) == key.pem else { throw Rejection("Invalid pub pem") }
      return Answer(status: 200, JSON(user.wallet.text))
    }
    let wallet = ledger.newID()
    try ledger.books.insertWallet(wallet, publicKey: key.pem, at: ledger.now)
    try ledger.books.insertUser(ledger.newID(), email: email, wallet: wallet, at: ledger.now)
    return Answer(status: 201, JSON(wallet.text))
  }
}
