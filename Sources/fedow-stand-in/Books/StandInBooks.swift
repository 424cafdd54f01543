import FedowProtocol
import Foundation
import GRDB
import Model

/// The books on the disk. Each posting is one transaction of the database, so that a kill leaves it whole or not there.
final class StandInBooks: Sendable {
  struct Place: Sendable {
    let uuid: EntityID
    let wallet: EntityID
    let temporaryKey: String
  }

  let database: DatabaseQueue

  init(directory: String) throws {
    var configuration = Configuration()
    configuration.prepareDatabase { database in
      try database.execute(sql: "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;")
    }
    database = try DatabaseQueue(path: directory + "/fedow.sqlite", configuration: configuration)
    try database.write { try $0.execute(sql: Self.schema) }
  }

  private static let schema = """
    CREATE TABLE IF NOT EXISTS places (
      uuid TEXT PRIMARY KEY, name TEXT, wallet TEXT, temporary_key TEXT, api_key TEXT, public_key TEXT);
    CREATE TABLE IF NOT EXISTS assets (
      uuid TEXT PRIMARY KEY, name TEXT, code TEXT, category TEXT, place TEXT, wallet TEXT, created_at INTEGER);
    CREATE TABLE IF NOT EXISTS cards (
      uuid TEXT PRIMARY KEY, tag TEXT UNIQUE, qrcode TEXT, number TEXT, wallet TEXT, place TEXT, is_primary INTEGER);
    CREATE TABLE IF NOT EXISTS tokens (
      uuid TEXT, wallet TEXT, asset TEXT, value INTEGER, PRIMARY KEY (wallet, asset));
    CREATE TABLE IF NOT EXISTS forgotten (id TEXT, comment TEXT, amount INTEGER, asset TEXT, card TEXT);
    CREATE TABLE IF NOT EXISTS transactions (
      sequence INTEGER PRIMARY KEY, uuid TEXT UNIQUE, hash TEXT, asset TEXT, sender TEXT, receiver TEXT,
      amount INTEGER, action TEXT, datetime INTEGER, last_check INTEGER, card TEXT, primary_card TEXT, comment TEXT,
      metadata TEXT, previous TEXT, previous_hash TEXT);
    CREATE INDEX IF NOT EXISTS by_sender ON transactions (sender, asset);
    CREATE INDEX IF NOT EXISTS by_receiver ON transactions (receiver, asset);
    CREATE INDEX IF NOT EXISTS by_asset ON transactions (asset);
    """
}

extension StandInBooks {
  func addPlace(name: String) throws -> Place {
    let place = Place(uuid: .random(), wallet: .random(), temporaryKey: APIKey.generate().text)
    try database.write { database in
      try database.execute(
        sql: "INSERT INTO places (uuid, name, wallet, temporary_key) VALUES (?, ?, ?, ?)",
        arguments: [place.uuid.text, name, place.wallet.text, place.temporaryKey])
    }
    return place
  }

  /// An asset and the first block of its chain.
  func addAsset(_ category: AssetCategory, of place: Place) throws -> EntityID {
    let uuid = EntityID.random()
    let now = LedgerTime.now()
    try database.write { database in
      try database.execute(
        sql: "INSERT INTO assets VALUES (?, ?, ?, ?, ?, ?, ?)",
        arguments: [
          uuid.text, "Coin \(category.rawValue)", category.rawValue, category.rawValue, place.uuid.text,
          place.wallet.text, now.microseconds,
        ])
      let block = Posting(
        action: .firstBlock, sender: place.wallet, receiver: place.wallet, asset: uuid, amount: 0)
      try Self.append(block, to: database)
    }
    return uuid
  }

  func addCard(_ tag: String, of place: Place, isPrimary: Bool) throws {
    try database.write { database in
      try database.execute(
        sql: "INSERT INTO cards VALUES (?, ?, ?, ?, ?, ?, ?)",
        arguments: [
          EntityID.random().text, tag, EntityID.random().text, tag, EntityID.random().text, place.uuid.text, isPrimary,
        ])
    }
  }

  func fill(_ tag: String, with amount: Int64, of asset: EntityID, place: Place, primary: String) throws {
    try database.write { database in
      guard let card = try Self.card(tag, in: database), let operatorCard = try Self.card(primary, in: database),
        let wallet = EntityID(card["wallet"])
      else { return }
      let cards = (EntityID(card["uuid"]), EntityID(operatorCard["uuid"]))
      for (action, receiver) in [(TransactionAction.creation, place.wallet), (.refill, wallet)] {
        try Self.append(
          Posting(
            action: action, sender: place.wallet, receiver: receiver, asset: asset, amount: amount, card: cards.0,
            primaryCard: cards.1), to: database)
      }
    }
  }

  static func card(_ tag: String, in database: Database) throws -> Row? {
    try Row.fetchOne(database, sql: "SELECT * FROM cards WHERE tag = ?", arguments: [tag])
  }
}
