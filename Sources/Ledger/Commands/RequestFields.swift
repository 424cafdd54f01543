import FedowProtocol
import Model

/// Reads the fields of a request and gathers what is wrong with each, in the words of the real server.
struct RequestFields {
  let body: JSON
  private(set) var errors: [(String, String)] = []

  /// - Throws: `Rejection` when the body is not an object.
  init(_ body: JSON) throws {
    guard body.object != nil else { throw Rejection("Données invalides. Un dictionnaire est attendu.") }
    self.body = body
  }

  mutating func refuse(_ field: String, _ message: String) { errors.append((field, message)) }

  /// - Throws: `Rejection` when anything was wrong so far.
  func check() throws {
    guard errors.isEmpty else { throw Rejection(status: 400, errors) }
  }

  /// The value of a field that must be there and not null.
  mutating func required(_ field: String) -> JSON? {
    guard let value = body[field] else {
      refuse(field, "Ce champ est obligatoire.")
      return nil
    }
    guard !value.isNull else {
      refuse(field, "Ce champ ne peut être nul.")
      return nil
    }
    return value
  }

  /// Text of at most so many characters; blank text counts as wrong where it is required.
  mutating func text(_ field: String, atMost length: Int, isRequired: Bool = true) -> String? {
    guard let value = isRequired ? required(field) : body[field], !value.isNull else { return nil }
    guard let text = value.text ?? value.int64.map({ String($0) }), !text.unicodeScalars.contains("\u{0}") else {
      refuse(field, "Chaîne de caractère invalide.")
      return nil
    }
    if isRequired, text.isEmpty { refuse(field, "Ce champ ne peut être vide.") }
    guard text.unicodeScalars.count <= length else {
      refuse(field, "Assurez-vous que ce champ comporte au plus \(length)\u{A0}caractères.")
      return nil
    }
    return text
  }

  /// A sum of minor units: an integer, or a string of digits, as the real server takes it.
  mutating func amount(_ field: String) -> Amount? {
    guard let value = required(field) else { return nil }
    guard let number = value.int64 ?? value.text.flatMap({ Int64($0) }) else {
      refuse(field, "Un nombre entier valide est requis.")
      return nil
    }
    guard number >= 0 else {
      refuse(field, "Amount cannot be negative")
      return nil
    }
    guard number <= Amount.largest.minorUnits else {
      refuse(field, "Assurez-vous que cette valeur est inférieure ou égale à \(Amount.largest.minorUnits).")
      return nil
    }
    return Amount(minorUnits: number)
  }

  /// Any whole number.
  mutating func integer(_ field: String) -> Int64? {
    guard let value = required(field) else { return nil }
    guard let number = value.int64 ?? value.text.flatMap({ Int64($0) }) else {
      refuse(field, "Un nombre entier valide est requis.")
      return nil
    }
    return number
  }

  /// True or false; false when it is not there.
  mutating func flag(_ field: String) -> Bool {
    guard let value = body[field], !value.isNull else { return false }
    if let flag = value.bool { return flag }
    refuse(field, "Must be a valid boolean.")
    return false
  }

  /// A uuid.
  mutating func id(_ field: String, isRequired: Bool = true) -> EntityID? {
    guard let value = isRequired ? required(field) : body[field], !value.isNull else { return nil }
    guard let id = value.text.flatMap({ EntityID($0) }) else {
      refuse(field, "«\u{A0}\(value.text ?? value.compact)\u{A0}» n'est pas un UUID valide.")
      return nil
    }
    return id
  }

  /// A uuid of something that must exist.
  mutating func reference<Thing>(
    _ field: String, isRequired: Bool = true, _ find: (EntityID) throws -> Thing?
  ) throws -> Thing? {
    guard let id = id(field, isRequired: isRequired) else { return nil }
    guard let thing = try find(id) else {
      refuse(field, "Clé primaire «\u{A0}\(id)\u{A0}» non valide - l'objet n'existe pas.")
      return nil
    }
    return thing
  }

  /// The tag id of a card that must exist; nothing when the field is not there.
  mutating func card(_ field: String, in books: Books) throws -> Books.Card? {
    guard let tag = text(field, atMost: 8, isRequired: false) else { return nil }
    guard let card = try books.card(tag: tag) else {
      refuse(field, "L'objet avec first_tag_id=\(tag) n'existe pas.")
      return nil
    }
    return card
  }

  /// An instant in ISO 8601.
  mutating func time(_ field: String) -> LedgerTime? {
    guard let value = body[field], !value.isNull else { return nil }
    guard let time = value.text.flatMap({ LedgerTime.parse($0) }) else {
      refuse(field, "La date + heure n'a pas le bon format.")
      return nil
    }
    return time
  }
}

extension LedgerWriter {
  /// The place that asks, as it is now.
  /// - Throws: `Rejection` when it was disabled since it was authenticated.
  func caller(_ place: EntityID) throws -> Books.Place {
    guard let place = try books.place(place), !place.isDisabled else { throw Rejection.notAuthenticated }
    return place
  }

  /// The card with a wallet to it: a card that was never read gets its ephemeral wallet now.
  func open(_ card: Books.Card) throws -> (card: Books.Card, wallet: EntityID) {
    if let wallet = card.wallet { return (card, wallet) }
    let wallet = newID()
    try books.insertWallet(wallet, at: now)
    try books.setWallet(wallet, user: nil, of: card.uuid)
    guard let opened = try books.card(card.uuid) else { throw Refusal(.ledgerBroken) }
    return (opened, wallet)
  }
}
