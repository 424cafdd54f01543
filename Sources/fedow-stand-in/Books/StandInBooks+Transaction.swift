import FedowProtocol
import GRDB
import Model

/// Why a transaction is not made: the body of the 400.
struct FieldErrors: Error {
  let json: JSON

  init(_ field: String, _ sentence: String) { json = .object(JSONObject([(field, .array([JSON(sentence)]))])) }

  static func general(_ sentence: String) -> FieldErrors { FieldErrors("non_field_errors", sentence) }
}

extension StandInBooks {
  /// `POST /transaction/`: what is sent is posted, as often as it is sent.
  /// - Throws: `FieldErrors`, in the words of the recordings.
  func post(_ body: JSON, by placeWallet: String) throws -> JSON {
    try database.write { database in
      let posting = try Self.posting(body, placeWallet: placeWallet, in: database)
      if posting.action == .refill {
        var creation = Posting(
          action: .creation, sender: posting.sender, receiver: posting.sender, asset: posting.asset,
          amount: posting.amount)
        (creation.card, creation.primaryCard) = (posting.card, posting.primaryCard)
        // As recording 170 shows it.
        creation.metadata = posting.metadata
        try Self.append(creation, to: database)
      }
      return try Self.full(try Self.append(posting, to: database), in: database)
    }
  }

  /// The same, cut off before the transaction is written. What was forgotten is kept where no call shows it, for those who
  /// hold the books against the charges.
  func forget(_ body: JSON, by placeWallet: String) throws {
    try database.write { database in
      let posting = try Self.posting(body, placeWallet: placeWallet, in: database)
      guard posting.action == .sale else { return }
      try Self.move(posting, in: database)
      let id = (body["metadata"]?["part"] ?? body["metadata"]?["tap"])?.text
      try database.execute(
        sql: "INSERT INTO forgotten VALUES (?, ?, ?, ?, ?)",
        arguments: [id, posting.comment, posting.amount, posting.asset.text, posting.card?.text])
    }
  }

  private static func posting(_ body: JSON, placeWallet: String, in database: Database) throws -> Posting {
    guard let amount = body["amount"]?.int64 ?? body["amount"]?.text.flatMap({ Int64($0) }) else {
      throw FieldErrors("amount", "Un nombre entier valide est requis.")
    }
    guard amount >= 0 else { throw FieldErrors("amount", "Amount cannot be negative") }
    let asset = try asset(body["asset"], in: database)
    let primary = try card(body, "primary_card_fisrtTagId", in: database)
    let user = try card(body, "user_card_firstTagId", in: database)
    if let primary, primary["is_primary"] != true {
      throw FieldErrors("primary_card_fisrtTagId", "Carte primaire non valide")
    }
    guard let sender = body["sender"]?.text.flatMap({ EntityID($0) }),
      let receiver = body["receiver"]?.text.flatMap({ EntityID($0) })
    else { throw FieldErrors("sender", "Ce champ est obligatoire.") }
    let action: TransactionAction
    switch (sender.text == placeWallet, receiver.text == placeWallet) {
    case (true, false): action = .refill
    case (false, true): action = .sale
    default: throw FieldErrors.general("No action authorized")
    }
    try check(action, primary, user, amount, of: asset, by: sender, in: database)
    return Posting(
      action: action, sender: sender, receiver: receiver, asset: asset, amount: amount,
      card: user.flatMap { EntityID($0["uuid"]) }, primaryCard: primary.flatMap { EntityID($0["uuid"]) },
      comment: body["comment"]?.text, metadata: body["metadata"] ?? .null)
  }

  private static func check(
    _ action: TransactionAction, _ primary: Row?, _ user: Row?, _ amount: Int64, of asset: EntityID,
    by sender: EntityID, in database: Database
  ) throws {
    if action == .refill {
      guard primary != nil, user != nil else {
        throw FieldErrors.general("Primary card and user card are required for refill transaction")
      }
      return
    }
    guard primary != nil else { throw FieldErrors.general("Primary card is required for sale transaction") }
    guard user != nil else { throw FieldErrors.general("User card is required for sale transaction") }
    let value = try Int64.fetchOne(
      database, sql: "SELECT value FROM tokens WHERE wallet = ? AND asset = ?", arguments: [sender.text, asset.text])
    guard let value else { throw FieldErrors.general("Sender token does not exist") }
    guard value >= amount else { throw FieldErrors.general("Not enough token on sender wallet") }
  }

  private static func asset(_ field: JSON?, in database: Database) throws -> EntityID {
    let text = field?.text ?? ""
    guard let id = EntityID(text),
      try Row.fetchOne(database, sql: "SELECT * FROM assets WHERE uuid = ?", arguments: [id.text]) != nil
    else { throw FieldErrors("asset", "Clé primaire « \(text) » non valide - l'objet n'existe pas.") }
    return id
  }

  private static func card(_ body: JSON, _ field: String, in database: Database) throws -> Row? {
    guard let tag = body[field]?.text else { return nil }
    guard let card = try card(tag, in: database) else {
      throw FieldErrors(field, "L'objet avec first_tag_id=\(tag) n'existe pas.")
    }
    return card
  }
}

extension StandInBooks {
  /// `POST /place/handshake/`: the place's key becomes known, and the temporary API key is deleted.
  /// - Returns: the place's API key and wallet; nil when the temporary key is unknown.
  func pair(_ place: String, temporaryKey: String, publicKey: String) throws -> Handshake.Answer? {
    try database.write { database in
      let wallet = try String.fetchOne(
        database, sql: "SELECT wallet FROM places WHERE uuid = ? AND temporary_key = ?",
        arguments: [place, temporaryKey])
      guard let wallet = wallet.flatMap({ EntityID($0) }) else { return nil }
      let key = APIKey.generate().text
      try database.execute(
        sql: "UPDATE places SET temporary_key = NULL, api_key = ?, public_key = ? WHERE uuid = ?",
        arguments: [key, publicKey, place])
      return Handshake.Answer(apiKey: key, wallet: wallet)
    }
  }
}
