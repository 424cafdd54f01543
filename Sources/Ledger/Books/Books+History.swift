import GRDB
import Model

/// The history of balances: a list through the transactions, from the newest back.
extension Books {
  /// The wallets whose history is this one's: itself, and those of the cards that were joined to it.
  func wallets(joinedTo wallet: EntityID) throws -> Set<EntityID> {
    let joined = try rows("SELECT joined FROM fusions WHERE wallet = ?", [wallet.text])
    return Set(try joined.map { try $0.id("joined") }).union([wallet])
  }

  func join(_ sender: EntityID, to receiver: EntityID) throws {
    try executeRemembered(
      "INSERT OR IGNORE INTO fusions (wallet, joined) VALUES (?, ?)", [receiver.text, sender.text])
  }

  /// The transactions that a wallet or one joined to it took part in, newest first, and how many there are.
  func transactions(of wallet: EntityID, offset: Int, limit: Int) throws -> (count: Int64, page: [Posted]) {
    let mine = try wallets(joinedTo: wallet)
    var walk = try PageWalk(wallets: mine, books: self)
    var page: [Posted] = []
    var place = 0
    while place < offset + limit, let sequence = try walk.next() {
      if place >= offset, let posted = try transaction(sequence: sequence) { page.append(posted) }
      place += 1
    }
    return (try walk.count(), page)
  }

  /// One balance's step back: the transaction before this one, and the balance after this one.
  func step(back sequence: Int64, wallet: EntityID) throws -> (before: Int64?, after: Int64?) {
    guard
      let row = try row(
        """
        SELECT sender, receiver, sender_before, receiver_before, sender_after, receiver_after FROM transactions
        WHERE sequence = ?
        """, [sequence])
    else { throw Refusal(.ledgerBroken, "Transaction \(sequence) of a history is missing.") }
    let isSender = row[0] as String == wallet.text
    return isSender ? (row[2], row[4]) : (row[3], row[5])
  }

  /// A wallet's balances as they were after a transaction.
  func tokens(in wallet: EntityID, asOf sequence: Int64) throws -> [Token] {
    let posted = try transaction(sequence: sequence)
    let time = try meltingTerms().isEmpty ? nil : posted?.entry.datetime.microseconds
    return try storedTokens(in: wallet).compactMap { token in
      var token = token
      // What was due then is not in a balance, whether it was posted since or not; nor is what was reserved.
      if let time { token.balance -= try dueAmount(token, in: wallet, upTo: time) }
      let reserved = try posted.map { try reservedAmount(of: token.asset, in: wallet, asOf: $0) } ?? 0
      token.balance -= reserved
      guard var last = token.lastSequence, last > sequence else { return token }
      var step = try step(back: last, wallet: wallet)
      var melted: Int64 = 0
      while last > sequence {
        guard let before = step.before else { return nil }
        if let time { melted = melted.saturatingSum(try meltedAmount(of: last, from: wallet, dueAt: time)) }
        last = before
        step = try self.step(back: last, wallet: wallet)
      }
      return Token(
        row: token.row, uuid: token.uuid, asset: token.asset, balance: (step.after ?? 0) - melted - reserved,
        reserved: reserved, lastSequence: last)
    }
  }
}

/// Walks the histories of several wallets at once, newest first, each transaction once.
private struct PageWalk {
  private struct Head {
    let wallet: EntityID
    var sequence: Int64?
  }

  private let books: Books
  private var heads: [Head] = []
  private var moves: Int64 = 0
  private let wallets: Set<EntityID>

  init(wallets: Set<EntityID>, books: Books) throws {
    self.books = books
    self.wallets = wallets
    for wallet in wallets {
      for row in try books.rows("SELECT last_transaction, moves FROM tokens WHERE wallet = ?", [wallet.text]) {
        heads.append(Head(wallet: wallet, sequence: row[0]))
        moves += row[1] as Int64
      }
    }
  }

  mutating func next() throws -> Int64? {
    guard let newest = heads.compactMap(\.sequence).max() else { return nil }
    for index in heads.indices where heads[index].sequence == newest {
      heads[index].sequence = try books.step(back: newest, wallet: heads[index].wallet).before
    }
    return newest
  }

  /// All of them: a fusion between two of the wallets is in the lists of both, and is one.
  func count() throws -> Int64 {
    var inBoth: Int64 = 0
    for wallet in wallets {
      for token in try books.storedTokens(in: wallet) {
        guard let last = token.lastSequence, let posted = try books.transaction(sequence: last),
          posted.entry.action == .fusion, posted.entry.sender == wallet, wallets.contains(posted.entry.receiver)
        else { continue }
        inBoth += 1
      }
    }
    return moves - inBoth
  }
}
