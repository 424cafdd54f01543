import FedowProtocol
import Foundation
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

  /// Where a transaction stands in the histories of its two balances.
  struct Standing: Hashable {
    /// The transactions that each took part in before.
    let senderBefore: Int64?
    let receiverBefore: Int64?
    /// What each is afterwards; nil for a balance that does not exist.
    let senderAfter: Int64?
    let receiverAfter: Int64?
  }

  func insert(_ posted: Posted, _ standing: Standing, _ warrant: Warrant? = nil) throws {
    let entry = posted.entry
    try executeRemembered(
      """
      INSERT INTO transactions (sequence, uuid, hash, asset, asset_sequence, previous_uuid, previous_hash, action, sender,
        receiver, amount, datetime, last_check, card, primary_card, comment, metadata, checkout_stripe,
        subscription_type, subscription_first, subscription_start, sender_before, receiver_before, sender_after,
        receiver_after, authority, request_wallet, request_digest, request_signature)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """,
      [
        posted.sequence, entry.id.text, posted.hash, entry.asset.text, posted.assetSequence, entry.previousID.text,
        entry.previousHash, entry.action.rawValue, entry.sender.text, entry.receiver.text, entry.amount,
        entry.datetime.microseconds, entry.lastCheck.microseconds, entry.card?.text, entry.primaryCard?.text,
        entry.comment, entry.metadata.isNull ? nil : entry.metadata.pythonDump(), entry.checkoutStripe?.text,
        entry.subscriptionType, entry.subscriptionFirst?.microseconds, entry.subscriptionStart?.microseconds,
        standing.senderBefore, standing.receiverBefore, standing.senderAfter, standing.receiverAfter,
        warrant?.authority, warrant?.wallet?.text, warrant.map { Data($0.request.digest) },
        warrant.map { Data($0.request.signature) },
      ])
    if entry.action == .fusion { try join(entry.sender, to: entry.receiver) }
    try indexHash(of: posted)
    memory?.heads[entry.asset] = posted
    memory?.lastSequence = posted.sequence
  }

  func lastSequence() throws -> Int64 {
    if let last = memory?.lastSequence { return last }
    return try row("SELECT coalesce(max(sequence), 0) AS last FROM transactions")?["last"] ?? 0
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
