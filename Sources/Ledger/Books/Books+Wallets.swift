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
    if memory?.walletNames[uuid] != nil { return true }
    guard let row = try row("SELECT name FROM wallets WHERE uuid = ?", [uuid.text]) else { return false }
    memory?.walletNames[uuid] = Self.name(of: uuid, row)
    return true
  }

  /// The place's name, or the first 8 digits of the uuid.
  func walletName(_ uuid: EntityID) throws -> String {
    if let name = memory?.walletNames[uuid] { return name }
    let row = try row("SELECT name FROM wallets WHERE uuid = ?", [uuid.text])
    let name = Self.name(of: uuid, row)
    if row != nil { memory?.walletNames[uuid] = name }
    return name
  }

  private static func name(of wallet: EntityID, _ row: Row?) -> String {
    let name: String? = row?["name"]
    return name ?? String(wallet.text.prefix(8))
  }

  func setPublicKey(_ pem: String, of wallet: EntityID) throws {
    try execute("UPDATE wallets SET public_key = ? WHERE uuid = ?", [pem, wallet.text])
  }

  func walletPublicKey(_ uuid: EntityID) throws -> String? {
    try row("SELECT public_key FROM wallets WHERE uuid = ?", [uuid.text])?["public_key"]
  }

  func hasUserCard(_ wallet: EntityID) throws -> Bool {
    if let hasUserCard = memory?.userCards[wallet] { return hasUserCard }
    let hasUserCard =
      try row("SELECT 1 FROM cards WHERE wallet = ? AND user IS NOT NULL LIMIT 1", [wallet.text]) != nil
    memory?.userCards[wallet] = hasUserCard
    return hasUserCard
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
