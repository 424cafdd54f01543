import Model

extension Refusal.Code {
  /// The sentences of the protocol that mean more than their status says. Clients read the sentences, programs the codes.
  private static let ofSentences: [String: Refusal.Code] = [
    "Informations d'authentification non fournies.": .notAuthenticated,
    "Missing date or wallet": .notAuthenticated,
    "Invalid signature": .signatureInvalid, "Invalid singature": .signatureInvalid,
    "Invalid pub pem": .keyInvalid, "Public key not valid, must be 2048 bits or more": .keyInvalid,
    "Carte inconnue": .cardUnknown, "No Card matches the given query.": .cardUnknown,
    "Carte bloquée": .cardBlocked,
    "Carte primaire non valide": .primaryCardInvalid,
    "Primary card must be in place primary cards": .primaryCardInvalid,
    "Not enough token on sender wallet": .insufficientFunds, "Sender token does not exist": .insufficientFunds,
    "Asset not accepted": .assetNotAccepted, "Only the place of origin can refill this asset": .assetNotAccepted,
    "Amount cannot be negative": .amountInvalid, "Amount must be positive": .amountInvalid,
    "Assurez-vous que cette valeur est inférieure ou égale à \(Amount.largest.minorUnits).": .amountInvalid,
    "Asset already exists": .alreadyExists, "Place name already exists": .alreadyExists,
    "No action authorized": .forbidden, "FORBIDDEN": .forbidden,
  ]

  /// How sentences begin that name a thing which is not there.
  private static let beginningsOfUnknown = ["Clé primaire «", "L'objet avec "]

  /// The code of an error of the protocol that carries none: of the first sentence that is known, else of its status.
  init(status: Int, sentences: [String]) {
    if let known = sentences.lazy.compactMap({ Self.ofSentences[$0] }).first {
      self = known
    } else if sentences.contains(where: { text in Self.beginningsOfUnknown.contains { text.hasPrefix($0) } }) {
      self = .notFound
    } else {
      self.init(status: status)
    }
  }

  private init(status: Int) {
    switch status {
    case 402: self = .insufficientFunds
    case 401: self = .notAuthenticated
    case 403: self = .forbidden
    case 404: self = .notFound
    case 405: self = .methodNotAllowed
    case 409: self = .alreadyExists
    case 413: self = .requestTooLong
    case 417: self = .configurationInvalid
    case 429: self = .rateLimited
    case 500...: self = .storeUnavailable
    default: self = .requestMalformed
    }
  }
}
