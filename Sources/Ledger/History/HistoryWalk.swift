import FedowProtocol
import GRDB
import Model

/// Walks the histories of several wallets at once, newest first, each transaction once, with what it moved.
///
/// The history of a balance is a list through its transactions; a page costs a few rows an entry, however much there is.
/// A balance over several wallets is their sum, so a fusion between two of them moves nothing.
struct HistoryWalk {
  /// One transaction, seen from the wallets.
  struct Step {
    let sequence: Int64
    let asset: EntityID
    /// The wallet of these that took part; of a fusion between two of them either.
    let wallet: EntityID
    /// Minor units; below 0 for what went out.
    let moved: Int64
    /// What they hold of the asset afterwards.
    let balance: Int64
  }

  /// Where the walk stands in the list of one balance.
  private struct Head {
    let wallet: EntityID
    let asset: EntityID
    var node: Books.HistoryNode?
    var balance: Int64 { node?.after ?? 0 }
  }

  private let books: Books
  private var heads: [Head] = []
  private let from: LedgerTime?

  /// A walk that begins with the newest that the request wants.
  init(wallets: Set<EntityID>, request: HistoryRequest, books: Books) throws {
    self.books = books
    from = request.from
    for wallet in wallets {
      for token in try books.storedTokens(in: wallet) {
        let end = try request.to.map { try books.sequence(of: token.asset, notBefore: $0) }
        let bound = min(end ?? .max, request.before ?? .max)
        heads.append(
          Head(
            wallet: wallet, asset: token.asset,
            node: try books.historyNode(of: token, in: wallet, before: bound)))
      }
    }
  }

  /// The next older one; nil at the end.
  mutating func next() throws -> Step? {
    let wanted = heads.compactMap(\.node).filter { node in from.map { node.datetime >= $0 } ?? true }
    guard let newest = wanted.map(\.sequence).max() else { return nil }
    let touched = heads.indices.filter { heads[$0].node?.sequence == newest }
    guard let first = touched.first else { return nil }
    let asset = heads[first].asset
    let balance = total(of: asset)
    for index in touched {
      let before = heads[index].node?.before
      heads[index].node = try before.flatMap { try books.historyNode($0, wallet: heads[index].wallet) }
    }
    return Step(
      sequence: newest, asset: asset, wallet: heads[first].wallet,
      moved: balance.saturatingDifference(total(of: asset)), balance: balance)
  }

  private func total(of asset: EntityID) -> Int64 {
    heads.lazy.filter { $0.asset == asset }.map(\.balance).saturatingSum
  }
}

extension Books {
  /// A transaction in the list of a balance: the one before it, and the balance after it.
  struct HistoryNode {
    let sequence: Int64
    let before: Int64?
    let after: Int64
    let datetime: LedgerTime
  }

  /// So many transactions are looked through before a list is walked from its end.
  static let nearby = 4096

  func historyNode(_ sequence: Int64, wallet: EntityID) throws -> HistoryNode {
    guard
      let row = try row(
        """
        SELECT sender, sender_before, sender_after, receiver_before, receiver_after, datetime FROM transactions
        WHERE sequence = ?
        """, [sequence])
    else { throw Refusal(.ledgerBroken, "Transaction \(sequence) of a history is missing.") }
    let isSender = row[0] as String == wallet.text
    return HistoryNode(
      sequence: sequence, before: isSender ? row[1] : row[3], after: (isSender ? row[2] : row[4]) ?? 0,
      datetime: LedgerTime(microseconds: row[5]))
  }

  /// The newest transaction of a balance before a number.
  ///
  /// Who takes part in much has one nearby; who does not has a short list: neither costs more for what others did.
  func historyNode(of token: Token, in wallet: EntityID, before bound: Int64, nearby: Int = Books.nearby) throws
    -> HistoryNode?
  {
    guard let last = token.lastSequence else { return nil }
    if last < bound { return try historyNode(last, wallet: wallet) }
    let near = try row(
      """
      SELECT sequence FROM (
        SELECT sequence, asset, sender, sender_after, receiver, receiver_after FROM transactions
        WHERE sequence < ? ORDER BY sequence DESC LIMIT ?)
      WHERE asset = ? AND (sender = ? AND sender_after IS NOT NULL OR receiver = ? AND receiver_after IS NOT NULL)
      ORDER BY sequence DESC LIMIT 1
      """, [bound, nearby, token.asset.text, wallet.text, wallet.text])
    if let near { return try historyNode(near[0], wallet: wallet) }
    var node: HistoryNode? = try historyNode(last, wallet: wallet)
    while let current = node, current.sequence >= bound {
      node = try current.before.map { try historyNode($0, wallet: wallet) }
    }
    return node
  }

  /// The number of an asset's first transaction at this instant or later; one past the ledger's last when there is none.
  ///
  /// A chain's instants only rise, so this looks at a few of its blocks.
  func sequence(of asset: EntityID, notBefore time: LedgerTime) throws -> Int64 {
    let place = try chainPlace(of: asset, notBefore: time)
    return try row(
      "SELECT sequence FROM transactions WHERE asset = ? AND asset_sequence = ?", [asset.text, place])?[0]
      ?? lastSequence() + 1
  }

  /// The place in an asset's chain of its first block at this instant or later; the chain's length when there is none.
  func chainPlace(of asset: EntityID, notBefore time: LedgerTime) throws -> Int64 {
    let last: Int64? = try row("SELECT max(asset_sequence) FROM transactions WHERE asset = ?", [asset.text])?[0]
    var (low, high) = (Int64(0), (last ?? -1) + 1)
    while low < high {
      let middle = (low + high) / 2
      let instant: Int64? = try row(
        "SELECT datetime FROM transactions WHERE asset = ? AND asset_sequence = ?", [asset.text, middle])?[0]
      if let instant, instant < time.microseconds { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
