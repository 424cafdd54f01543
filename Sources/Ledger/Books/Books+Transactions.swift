import FedowProtocol
import GRDB
import Model

extension Books {
  /// A posted transaction: its block, its hash, and its places in the ledger and in its asset's chain.
  public struct Posted: Hashable, Sendable {
    /// The block.
    public let entry: ChainEntry
    /// The hash that was stored with it.
    public let hash: String
    /// Its number in the whole ledger, from 1.
    public let sequence: Int64
    /// Its number in its asset's chain, from 0.
    public let assetSequence: Int64

    /// How clients read it.
    public var answer: TransactionAnswer { TransactionAnswer(entry: entry, hash: hash) }
  }

  static let transactionColumns = "SELECT * FROM transactions"

  func posted(_ row: Row) throws -> Posted {
    let code: String = row["action"]
    guard let action = TransactionAction(rawValue: code) else {
      throw Refusal(.ledgerBroken, "'\(code)' is no action.")
    }
    let metadata: String? = row["metadata"]
    let entry = ChainEntry(
      id: try row.id("uuid"), sender: try row.id("sender"), receiver: try row.id("receiver"),
      asset: try row.id("asset"), amount: row["amount"], datetime: LedgerTime(microseconds: row["datetime"]),
      lastCheck: LedgerTime(microseconds: row["last_check"]), action: action, card: try row.optionalID("card"),
      primaryCard: try row.optionalID("primary_card"), comment: row["comment"],
      metadata: try metadata.map { try JSON.parse($0) } ?? .null, checkoutStripe: try row.optionalID("checkout_stripe"),
      subscriptionType: row["subscription_type"], subscriptionFirst: row.time("subscription_first"),
      subscriptionStart: row.time("subscription_start"), previousID: try row.id("previous_uuid"),
      previousHash: row["previous_hash"])
    return Posted(
      entry: entry, hash: row["hash"], sequence: row["sequence"], assetSequence: row["asset_sequence"])
  }

  /// The transaction of this uuid.
  public func transaction(_ uuid: EntityID) throws -> Posted? {
    try row(Self.transactionColumns + " WHERE uuid = ?", [uuid.text]).map(posted)
  }

  func transaction(hash: String) throws -> Posted? {
    try row(Self.transactionColumns + " WHERE hash = ?", [hash]).map(posted)
  }

  func transaction(sequence: Int64) throws -> Posted? {
    try row(Self.transactionColumns + " WHERE sequence = ?", [sequence]).map(posted)
  }

  /// The newest block of an asset's chain; nil before the first.
  func chainHead(of asset: EntityID) throws -> Posted? {
    if let head = memory?.heads[asset] { return head }
    let head = try row(
      Self.transactionColumns + " WHERE asset = ? ORDER BY asset_sequence DESC LIMIT 1", [asset.text]
    ).map(posted)
    memory?.heads[asset] = head
    return head
  }

  func insert(_ posted: Posted) throws {
    let entry = posted.entry
    try executeRemembered(
      """
      INSERT INTO transactions (sequence, uuid, hash, asset, asset_sequence, previous_uuid, previous_hash, action, sender,
        receiver, amount, datetime, last_check, card, primary_card, comment, metadata, checkout_stripe,
        subscription_type, subscription_first, subscription_start)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """,
      [
        posted.sequence, entry.id.text, posted.hash, entry.asset.text, posted.assetSequence, entry.previousID.text,
        entry.previousHash, entry.action.rawValue, entry.sender.text, entry.receiver.text, entry.amount,
        entry.datetime.microseconds, entry.lastCheck.microseconds, entry.card?.text, entry.primaryCard?.text,
        entry.comment, entry.metadata.isNull ? nil : entry.metadata.pythonDump(), entry.checkoutStripe?.text,
        entry.subscriptionType, entry.subscriptionFirst?.microseconds, entry.subscriptionStart?.microseconds,
      ])
    memory?.heads[entry.asset] = posted
    memory?.lastSequence = posted.sequence
  }

  func lastSequence() throws -> Int64 {
    if let last = memory?.lastSequence { return last }
    return try row("SELECT coalesce(max(sequence), 0) AS last FROM transactions")?["last"] ?? 0
  }

  /// The wallets whose history is this one's: itself, and those of the cards that were joined to it.
  func wallets(joinedTo wallet: EntityID) throws -> Set<EntityID> {
    let joined = try rows(
      "SELECT DISTINCT sender FROM transactions WHERE receiver = ? AND action = 'FUS'", [wallet.text])
    return Set(try joined.map { try $0.id("sender") }).union([wallet])
  }

  /// The transactions that a wallet or one joined to it took part in, newest first, and how many there are.
  func transactions(of wallet: EntityID, offset: Int, limit: Int) throws -> (count: Int64, page: [Posted]) {
    // One branch an index; a transaction between two of them is counted once.
    let mine = "SELECT ?1 UNION SELECT sender FROM transactions WHERE receiver = ?1 AND action = 'FUS'"
    let either = """
      SELECT sequence FROM transactions WHERE sender IN (\(mine))
      UNION SELECT sequence FROM transactions WHERE receiver IN (\(mine))
      """
    let count: Int64 = try row("SELECT count(*) AS n FROM (\(either))", [wallet.text])?["n"] ?? 0
    let page = try rows(
      Self.transactionColumns + " WHERE sequence IN (\(either)) ORDER BY sequence DESC LIMIT ?2 OFFSET ?3",
      [wallet.text, limit, offset]
    ).map(posted)
    return (count, page)
  }

  /// An asset's transactions of a period but for its creations, newest first, at most so many.
  func transactions(of asset: EntityID, from start: LedgerTime, to end: LedgerTime, limit: Int) throws -> [Posted] {
    try rows(
      Self.transactionColumns + """
         WHERE asset = ? AND action <> 'CRE' AND datetime BETWEEN ? AND ? ORDER BY asset_sequence DESC LIMIT ?
        """, [asset.text, start.microseconds, end.microseconds, limit]
    ).map(posted)
  }

  /// An asset's bank deposits, newest first.
  func bankDeposits(of asset: EntityID) throws -> [Posted] {
    try rows(
      Self.transactionColumns + " WHERE asset = ? AND action = 'BNK' ORDER BY asset_sequence DESC", [asset.text]
    ).map(posted)
  }
}
