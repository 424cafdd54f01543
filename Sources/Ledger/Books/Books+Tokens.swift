import FedowProtocol
import GRDB
import Model

extension Books {
  /// A balance of one asset in one wallet.
  struct Token: Hashable {
    let row: Int64
    let uuid: EntityID
    let asset: EntityID
    var balance: Int64
    /// What of it is reserved, in minor units, also when that is over and nobody wrote it down yet.
    var reserved: Int64
    var lastSequence: Int64?
    /// The last transaction itself, where it is at hand.
    var last: Last?

    /// A transaction that is held once, however often the balance is copied.
    final class Last: Hashable, Sendable {
      let posted: Posted

      init(_ posted: Posted) { self.posted = posted }

      static func == (left: Last, right: Last) -> Bool { left.posted == right.posted }

      func hash(into hasher: inout Hasher) { hasher.combine(posted) }
    }

    /// Gives it its new value and the transaction that it last took part in.
    mutating func settle(_ balance: Int64, by posted: Posted) {
      self.balance = balance
      lastSequence = posted.sequence
      last = Last(posted)
    }
  }

  private func token(_ row: Row) throws -> Token {
    Token(
      row: row["row"], uuid: try row.id("uuid"), asset: try row.id("asset"), balance: row["balance"],
      reserved: row["reserved"], lastSequence: row["last_transaction"])
  }

  /// A balance as it is written: with what is due of it and was not posted yet, and with what is reserved.
  func token(of asset: EntityID, in wallet: EntityID) throws -> Token? {
    try storedTokens(in: wallet).first { $0.asset == asset }
  }

  /// What can be spent: the balance less what is due of it and what is reserved; nil when the wallet never held the asset.
  public func balance(of asset: EntityID, in wallet: EntityID) throws -> Int64? {
    if try memory != nil || !meltingTerms(of: asset).isEmpty {
      return try token(of: asset, in: wallet).map { try spendable($0, in: wallet) }
    }
    return try row(
      "SELECT rowid AS row, uuid, asset, balance, reserved, last_transaction FROM tokens WHERE wallet = ? AND asset = ?",
      [wallet.text, asset.text]
    ).map { try spendable(token($0), in: wallet) }
  }

  private func spendable(_ token: Token, in wallet: EntityID) throws -> Int64 {
    try token.balance - dueAmount(token, in: wallet) - reservedAmount(token, in: wallet)
  }

  /// The balances of a wallet less what is due of them and what is reserved, oldest first.
  func tokens(in wallet: EntityID) throws -> [Token] {
    let stored = try storedTokens(in: wallet)
    guard try !meltingTerms().isEmpty || stored.contains(where: { $0.reserved > 0 }) else { return stored }
    return try stored.map { token in
      var token = token
      token.balance = try spendable(token, in: wallet)
      return token
    }
  }

  /// The balances of a wallet as they are written, oldest first.
  func storedTokens(in wallet: EntityID) throws -> [Token] {
    if let tokens = memory?.tokens[wallet] { return tokens }
    var tokens = try rows(
      "SELECT rowid AS row, uuid, asset, balance, reserved, last_transaction FROM tokens WHERE wallet = ? ORDER BY rowid",
      [wallet.text]
    ).map(token)
    guard let memory else { return tokens }
    for index in tokens.indices {
      tokens[index].last = try tokens[index].lastSequence.flatMap { try transaction(sequence: $0) }.map(Token.Last.init)
    }
    memory.tokens[wallet] = tokens
    return tokens
  }

  /// Gives a balance its new value and the transaction that it last took part in; makes it when it is the first.
  func settle(_ balance: Int64, of asset: EntityID, in wallet: EntityID, by posted: Posted, newID: () -> EntityID)
    throws
  {
    guard let row = try token(of: asset, in: wallet)?.row else {
      let uuid = newID()
      try executeRemembered(
        "INSERT INTO tokens (uuid, wallet, asset, balance, last_transaction, moves) VALUES (?, ?, ?, ?, ?, 1)",
        [uuid.text, wallet.text, asset.text, balance, posted.sequence])
      memory?.tokens[wallet] = nil
      return
    }
    try executeRemembered(
      "UPDATE tokens SET balance = ?, last_transaction = ?, moves = moves + 1 WHERE rowid = ?",
      [balance, posted.sequence, row])
    memory?.settle(balance, of: asset, in: wallet, by: posted)
  }

  /// What is held of an asset: by everyone, and by the places that hold it.
  struct Totals: Sendable {
    let everywhere: Int64
    let inPlaces: [(name: String, value: Int64)]

    /// What all places hold together.
    var inAllPlaces: Int64 { inPlaces.map(\.value).saturatingSum }
    /// What everyone else holds.
    var outOfPlaces: Int64 { everywhere.saturatingDifference(inAllPlaces) }
  }

  func totals(of asset: EntityID) throws -> Totals {
    let all: Int64 =
      try row("SELECT \(Self.sum("balance")) AS total FROM tokens WHERE asset = ?", [asset.text])?["total"] ?? 0
    let places = try rows(
      """
      SELECT p.name AS name, t.balance AS balance FROM tokens t JOIN places p ON p.wallet = t.wallet
      WHERE t.asset = ? ORDER BY p.name
      """, [asset.text])
    return Totals(everywhere: all, inPlaces: places.map { (name: $0["name"], value: $0["balance"]) })
  }
}
