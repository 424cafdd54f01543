import FedowProtocol
import Model
import Signing

/// Who a request says a person is: an address and the key that only they have.
struct PersonKey {
  let email: String
  let key: RSAPublicKey

  /// Reads both fields, and notes what is wrong with them.
  init?(_ fields: inout RequestFields, email emailField: String, pem pemField: String) {
    let email = fields.text(emailField, atMost: 254)
    let pem = fields.text(pemField, atMost: 10_000)
    if let email, email.split(separator: "@", omittingEmptySubsequences: false).map(\.isEmpty) != [false, false] {
      fields.refuse(emailField, "Saisissez une adresse e-mail valide.")
      return nil
    }
    let key = pem.flatMap { try? RSAPublicKey(pem: $0) }
    if pem != nil, key.map({ $0.bits >= 2048 }) != true {
      fields.refuse(pemField, "Public key not valid, must be 2048 bits or more")
    }
    guard let email, let key else { return nil }
    self.email = email.lowercased()
    self.key = key
  }
}

extension LedgerWriter {
  /// The person of this address, made with a wallet when there is none; nil when the address has another key.
  func person(_ person: PersonKey) throws -> (user: Books.User, isNew: Bool)? {
    if let user = try books.user(email: person.email) {
      return try books.walletPublicKey(user.wallet) == person.key.pem ? (user, false) : nil
    }
    let user = Books.User(uuid: newID(), wallet: newID())
    try books.insertWallet(user.wallet, publicKey: person.key.pem, at: now)
    try books.insertUser(user.uuid, email: person.email, wallet: user.wallet, at: now)
    return (user, true)
  }
}
