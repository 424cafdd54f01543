import FedowProtocol
import GRDB
import Model

/// Reading very many transactions: by the places of the columns, whose names GRDB would look for in each row.
extension Books {
  private static let columnsInOrder = """
    SELECT sequence, uuid, hash, asset, asset_sequence, previous_uuid, previous_hash, action, sender, receiver, amount,
      datetime, last_check, card, primary_card, comment, metadata, checkout_stripe, subscription_type,
      subscription_first, subscription_start, sender_before, receiver_before, sender_after, receiver_after,
      authority, request_wallet, request_digest, request_signature
    FROM transactions WHERE sequence > ? ORDER BY sequence
    """

  /// A row of `transactions` as it stands there, nothing of it looked at yet.
  struct TransactionRow: Sendable {
    let sequence: Int64
    let hash: String
    let assetSequence: Int64
    let texts: Texts
    let amount: Int64
    let times: Times
    let standing: Standing
    let warrant: StoredWarrant

    struct Texts: Sendable {
      let uuid, asset, previousUUID, previousHash, action, sender, receiver, subscriptionType: String
      let card, primaryCard, comment, metadata, checkoutStripe: String?
    }

    struct Times: Sendable {
      let datetime, lastCheck: Int64
      let subscriptionFirst, subscriptionStart: Int64?
    }

    init(_ row: Row) {
      sequence = row[0]
      hash = row[2]
      assetSequence = row[4]
      texts = Texts(
        uuid: row[1], asset: row[3], previousUUID: row[5], previousHash: row[6], action: row[7], sender: row[8],
        receiver: row[9], subscriptionType: row[18], card: row[13], primaryCard: row[14], comment: row[15],
        metadata: row[16], checkoutStripe: row[17])
      amount = row[10]
      times = Times(datetime: row[11], lastCheck: row[12], subscriptionFirst: row[19], subscriptionStart: row[20])
      standing = Standing(
        senderBefore: row[21], receiverBefore: row[22], senderAfter: row[23], receiverAfter: row[24])
      warrant = StoredWarrant(row, at: 25)
    }

    /// The transaction that the row is.
    /// - Throws: `Refusal` with `ledger_broken`; `JSONError` for metadata that is none.
    func posted() throws -> Posted {
      guard let action = TransactionAction(rawValue: texts.action) else {
        throw Refusal(.ledgerBroken, "'\(texts.action)' is no action.")
      }
      let entry = ChainEntry(
        id: try id(texts.uuid), sender: try id(texts.sender), receiver: try id(texts.receiver),
        asset: try id(texts.asset), amount: amount, datetime: LedgerTime(microseconds: times.datetime),
        lastCheck: LedgerTime(microseconds: times.lastCheck), action: action, card: try texts.card.map(id),
        primaryCard: try texts.primaryCard.map(id), comment: texts.comment,
        metadata: try texts.metadata.map { try JSON.parse($0) } ?? .null,
        checkoutStripe: try texts.checkoutStripe.map(id), subscriptionType: texts.subscriptionType,
        subscriptionFirst: times.subscriptionFirst.map { LedgerTime(microseconds: $0) },
        subscriptionStart: times.subscriptionStart.map { LedgerTime(microseconds: $0) },
        previousID: try id(texts.previousUUID), previousHash: texts.previousHash)
      return Posted(entry: entry, hash: hash, sequence: sequence, assetSequence: assetSequence)
    }

    private func id(_ text: String) throws -> EntityID {
      guard let id = EntityID(text) else { throw Refusal(.ledgerBroken, "'\(text)' is no UUID.") }
      return id
    }
  }

  /// Gives the rows after this number in their order, so many at once.
  func eachTransactionRows(
    after sequence: Int64, atOnce count: Int, _ body: ([TransactionRow]) throws -> Bool
  ) throws {
    let cursor = try Row.fetchCursor(database, sql: Self.columnsInOrder, arguments: [sequence])
    var rows: [TransactionRow] = []
    rows.reserveCapacity(count)
    while let row = try cursor.next() {
      rows.append(TransactionRow(row))
      guard rows.count == count else { continue }
      guard try body(rows) else { return }
      rows.removeAll(keepingCapacity: true)
    }
    if !rows.isEmpty { _ = try body(rows) }
  }

  /// Gives the rows after this number, one after the other.
  func eachTransactionRow(after sequence: Int64, _ body: (TransactionRow) throws -> Void) throws {
    let cursor = try Row.fetchCursor(database, sql: Self.columnsInOrder, arguments: [sequence])
    while let row = try cursor.next() { try body(TransactionRow(row)) }
  }

  /// Gives the transactions after this number, one after the other.
  func eachTransaction(after sequence: Int64, _ body: (Posted) throws -> Void) throws {
    let cursor = try Row.fetchCursor(database, sql: Self.columnsInOrder, arguments: [sequence])
    while let row = try cursor.next() { try body(try TransactionRow(row).posted()) }
  }
}
