import FedowProtocol
import GRDB
import Model

extension StandInBooks {
  /// The place of an API key that has made its handshake.
  func place(apiKey: String) throws -> Row? {
    try database.read { database in
      try Row.fetchOne(database, sql: "SELECT * FROM places WHERE api_key = ?", arguments: [apiKey])
    }
  }

  /// `GET /card/{tag}/`; nil when the card is unknown.
  func cardAnswer(_ tag: String) throws -> JSON? {
    try database.read { database in
      try Self.card(tag, in: database).map { try Self.answer($0, in: database).json }
    }
  }

  /// `GET /asset/`.
  func assetAnswers() throws -> JSON {
    try database.read { database in
      let rows = try Row.fetchAll(database, sql: "SELECT * FROM assets ORDER BY created_at")
      return .array(try rows.map { try Self.asset($0, in: database).json })
    }
  }

  /// `GET /transaction/{uuid}/`; nil when there is none.
  func transactionAnswer(_ uuid: String) throws -> JSON? {
    try database.read { database in
      let row = try Row.fetchOne(database, sql: "SELECT * FROM transactions WHERE uuid = ?", arguments: [uuid])
      return try row.flatMap { TransactionAnswer($0) }.map { try Self.full($0, in: database) }
    }
  }

  /// `GET /transaction/`: all of them, the newest first.
  func transactionAnswers() throws -> JSON {
    try database.read { database in
      let rows = try Row.fetchAll(database, sql: "SELECT * FROM transactions ORDER BY datetime DESC, sequence DESC")
      return .array(try rows.compactMap { TransactionAnswer($0) }.map { try Self.full($0, in: database) })
    }
  }

  /// A transaction with its card as it is now.
  static func full(_ transaction: TransactionAnswer, in database: Database) throws -> JSON {
    let row = try transaction.entry.card.flatMap { card in
      try Row.fetchOne(database, sql: "SELECT * FROM cards WHERE uuid = ?", arguments: [card.text])
    }
    return transaction.json(card: try row.map { try answer($0, in: database).json } ?? .null)
  }

  private static func answer(_ row: Row, in database: Database) throws -> CardAnswer {
    let wallet: String = row["wallet"]
    let tokens = try Row.fetchAll(
      database, sql: "SELECT * FROM tokens WHERE wallet = ? ORDER BY rowid", arguments: [wallet])
    return CardAnswer(
      uuid: try id(row["uuid"]), firstTagID: row["tag"], qrcode: try id(row["qrcode"]), numberPrinted: row["number"],
      wallet: WalletAnswer(
        uuid: try id(wallet), name: String(wallet.prefix(8)),
        tokens: try tokens.map { try token($0, in: database) }, hasUserCard: false),
      origin: CardAnswer.Origin(place: try place(row["place"], in: database), generation: 1), isEphemeral: true,
      isPrimary: row["is_primary"])
  }

  private static func token(_ row: Row, in database: Database) throws -> TokenAnswer {
    let (wallet, asset): (String, String) = (row["wallet"], row["asset"])
    let last = try Row.fetchOne(
      database,
      sql: """
        SELECT * FROM transactions WHERE asset = ? AND (sender = ? OR receiver = ?)
          ORDER BY datetime DESC, sequence DESC LIMIT 1
        """, arguments: [asset, wallet, wallet])
    let money = try Row.fetchOne(database, sql: "SELECT * FROM assets WHERE uuid = ?", arguments: [asset])
    guard let money else { throw DatabaseError(message: "no asset \(asset)") }
    return TokenAnswer(
      uuid: try id(row["uuid"]), value: row["value"], asset: try self.asset(money, in: database),
      last: try last.flatMap { TransactionAnswer($0) }.map { transaction in
        TokenAnswer.Last(
          transaction: transaction, senderName: try name(transaction.entry.sender, in: database),
          receiverName: try name(transaction.entry.receiver, in: database))
      })
  }

  private static func asset(_ row: Row, in database: Database) throws -> AssetAnswer {
    let created = LedgerTime(microseconds: row["created_at"])
    return AssetAnswer(
      uuid: try id(row["uuid"]), name: row["name"], currencyCode: row["code"],
      category: AssetCategory(rawValue: row["category"]) ?? .localFiat, origin: try place(row["place"], in: database),
      issuerWallet: try id(row["wallet"]), createdAt: created, lastUpdate: created, federatedWith: [])
  }

  private static func place(_ uuid: String, in database: Database) throws -> PlaceAnswer {
    let row = try Row.fetchOne(database, sql: "SELECT * FROM places WHERE uuid = ?", arguments: [uuid])
    guard let row else { throw DatabaseError(message: "no place \(uuid)") }
    return PlaceAnswer(
      uuid: try id(uuid), name: row["name"], dokosID: "None", wallet: try id(row["wallet"]), lespassDomain: nil)
  }

  private static func name(_ wallet: EntityID, in database: Database) throws -> String {
    try String.fetchOne(database, sql: "SELECT name FROM places WHERE wallet = ?", arguments: [wallet.text])
      ?? String(wallet.text.prefix(8))
  }

  private static func id(_ text: String) throws -> EntityID {
    guard let id = EntityID(text) else { throw DatabaseError(message: "\(text) is no uuid") }
    return id
  }
}
