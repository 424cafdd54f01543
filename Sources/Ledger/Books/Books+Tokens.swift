import FedowProtocol
import GRDB
import Model

extension Books {
  /// A balance of one asset in one wallet.
  struct Token: Hashable {
    let uuid: EntityID
    let wallet: EntityID
    let asset: EntityID
    let balance: Int64
    let lastSequence: Int64?
  }

  private func token(_ row: Row) throws -> Token {
    Token(
      uuid: try row.id("uuid"), wallet: try row.id("wallet"), asset: try row.id("asset"), balance: row["balance"],
      lastSequence: row["last_transaction"])
  }

  /// The balance, or nil when the wallet never held the asset.
  public func balance(of asset: EntityID, in wallet: EntityID) throws -> Int64? {
    try row("SELECT balance FROM tokens WHERE wallet = ? AND asset = ?", [wallet.text, asset.text])?["balance"]
  }

  func tokens(in wallet: EntityID) throws -> [Token] {
    try rows(
      "SELECT uuid, wallet, asset, balance, last_transaction FROM tokens WHERE wallet = ? ORDER BY rowid",
      [wallet.text]
    ).map(token)
  }

  func setBalance(_ balance: Int64, of asset: EntityID, in wallet: EntityID, newID: () -> EntityID) throws {
    try execute(
      "UPDATE tokens SET balance = ? WHERE wallet = ? AND asset = ?", [balance, wallet.text, asset.text])
    guard database.changesCount == 0 else { return }
    try execute(
      "INSERT INTO tokens (uuid, wallet, asset, balance) VALUES (?, ?, ?, ?)",
      [newID().text, wallet.text, asset.text, balance])
  }

  func touch(token wallet: EntityID, asset: EntityID, by sequence: Int64) throws {
    try execute(
      "UPDATE tokens SET last_transaction = ? WHERE wallet = ? AND asset = ?", [sequence, wallet.text, asset.text])
  }

  /// What is held of an asset: by everyone, and by the places that hold it.
  struct Totals: Sendable {
    let everywhere: Int64
    let inPlaces: [(name: String, value: Int64)]
  }

  func totals(of asset: EntityID) throws -> Totals {
    let all: Int64 =
      try row("SELECT coalesce(sum(balance), 0) AS total FROM tokens WHERE asset = ?", [asset.text])?["total"] ?? 0
    let places = try rows(
      """
      SELECT p.name AS name, t.balance AS balance FROM tokens t JOIN places p ON p.wallet = t.wallet
      WHERE t.asset = ? ORDER BY p.name
      """, [asset.text])
    return Totals(everywhere: all, inPlaces: places.map { (name: $0["name"], value: $0["balance"]) })
  }
}
