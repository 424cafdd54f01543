import FedowProtocol
import GRDB
import Model

extension Books {
  func insertWallet(_ uuid: EntityID, name: String? = nil, publicKey: String? = nil, at now: LedgerTime) throws {
    try execute(
      "INSERT INTO wallets (uuid, public_key, name, created_at) VALUES (?, ?, ?, ?)",
      [uuid.text, publicKey, name, now.microseconds])
  }

  func walletExists(_ uuid: EntityID) throws -> Bool {
    try row("SELECT 1 FROM wallets WHERE uuid = ?", [uuid.text]) != nil
  }

  /// The place's name, or the first 8 digits of the uuid.
  func walletName(_ uuid: EntityID) throws -> String {
    let name: String? = try row("SELECT name FROM wallets WHERE uuid = ?", [uuid.text])?["name"]
    return name ?? String(uuid.text.prefix(8))
  }

  func walletPublicKey(_ uuid: EntityID) throws -> String? {
    try row("SELECT public_key FROM wallets WHERE uuid = ?", [uuid.text])?["public_key"]
  }

  func hasUserCard(_ wallet: EntityID) throws -> Bool {
    try row("SELECT 1 FROM cards WHERE wallet = ? AND user IS NOT NULL LIMIT 1", [wallet.text]) != nil
  }

  /// A person known by an address and a key.
  struct User {
    let uuid: EntityID
    let wallet: EntityID
  }

  func user(email: String) throws -> User? {
    try row("SELECT uuid, wallet FROM users WHERE email = ?", [email]).map {
      User(uuid: try $0.id("uuid"), wallet: try $0.id("wallet"))
    }
  }

  func user(wallet: EntityID) throws -> User? {
    try row("SELECT uuid, wallet FROM users WHERE wallet = ?", [wallet.text]).map {
      User(uuid: try $0.id("uuid"), wallet: try $0.id("wallet"))
    }
  }

  func insertUser(_ uuid: EntityID, email: String, wallet: EntityID, at now: LedgerTime) throws {
    try execute(
      "INSERT INTO users (uuid, email, wallet, created_at) VALUES (?, ?, ?, ?)",
      [uuid.text, email, wallet.text, now.microseconds])
  }
}
