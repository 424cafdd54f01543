import FedowProtocol
import GRDB
import Model

/// What is to be posted.
struct Posting {
  let action: TransactionAction
  let sender: EntityID
  let receiver: EntityID
  let asset: EntityID
  let amount: Int64
  var card: EntityID?
  var primaryCard: EntityID?
  var comment: String?
  var metadata: JSON = .null
}

extension StandInBooks {
  /// Moves the money and appends the block to its asset's chain.
  @discardableResult
  static func append(_ posting: Posting, to database: Database) throws -> TransactionAnswer {
    try move(posting, in: database)
    let last = try Row.fetchOne(
      database, sql: "SELECT * FROM transactions WHERE asset = ? ORDER BY datetime DESC, sequence DESC LIMIT 1",
      arguments: [posting.asset.text])
    let id = EntityID.random()
    let time = max(LedgerTime.now(), LedgerTime(microseconds: last?["datetime"] ?? 0))
    let entry = ChainEntry(
      id: id, sender: posting.sender, receiver: posting.receiver, asset: posting.asset, amount: posting.amount,
      datetime: time, lastCheck: time, action: posting.action, card: posting.card, primaryCard: posting.primaryCard,
      comment: posting.comment, metadata: posting.metadata,
      previousID: last.flatMap { EntityID($0["uuid"]) } ?? id, previousHash: last?["hash"] ?? "")
    let answer = TransactionAnswer(entry: entry, hash: entry.hash)
    try store(answer, in: database)
    return answer
  }

  /// Moves the money.
  static func move(_ posting: Posting, in database: Database) throws {
    switch posting.action {
    case .creation: try add(posting.amount, of: posting.asset, to: posting.sender, in: database)
    case .refill, .sale:
      try add(-posting.amount, of: posting.asset, to: posting.sender, in: database)
      try add(posting.amount, of: posting.asset, to: posting.receiver, in: database)
    default: break
    }
  }

  private static func add(
    _ amount: Int64, of asset: EntityID, to wallet: EntityID, in database: Database
  ) throws {
    try database.execute(
      sql: """
        INSERT INTO tokens VALUES (?, ?, ?, ?)
          ON CONFLICT (wallet, asset) DO UPDATE SET value = value + excluded.value
        """, arguments: [EntityID.random().text, wallet.text, asset.text, amount])
  }

  private static func store(_ answer: TransactionAnswer, in database: Database) throws {
    let entry = answer.entry
    try database.execute(
      sql: "INSERT INTO transactions VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      arguments: [
        entry.id.text, answer.hash, entry.asset.text, entry.sender.text, entry.receiver.text, entry.amount,
        entry.action.rawValue, entry.datetime.microseconds, entry.lastCheck.microseconds, entry.card?.text,
        entry.primaryCard?.text, entry.comment, entry.metadata.isNull ? nil : entry.metadata.compact,
        entry.previousID.text, entry.previousHash,
      ])
  }
}

extension TransactionAnswer {
  /// A stored block; nil when the row is none.
  init?(_ row: Row) {
    guard let id = EntityID(row["uuid"]), let sender = EntityID(row["sender"]),
      let receiver = EntityID(row["receiver"]), let asset = EntityID(row["asset"]),
      let action = TransactionAction(rawValue: row["action"]), let previous = EntityID(row["previous"])
    else { return nil }
    let metadata: String? = row["metadata"]
    let (card, primaryCard): (String?, String?) = (row["card"], row["primary_card"])
    self.init(
      entry: ChainEntry(
        id: id, sender: sender, receiver: receiver, asset: asset, amount: row["amount"],
        datetime: LedgerTime(microseconds: row["datetime"]), lastCheck: LedgerTime(microseconds: row["last_check"]),
        action: action, card: card.flatMap { EntityID($0) }, primaryCard: primaryCard.flatMap { EntityID($0) },
        comment: row["comment"], metadata: metadata.flatMap { try? JSON.parse($0) } ?? .null, previousID: previous,
        previousHash: row["previous_hash"]), hash: row["hash"])
  }
}
