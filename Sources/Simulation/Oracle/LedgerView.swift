import FedowProtocol
import GRDB
import Model

/// The ledger's file as the oracle reads it, with a connection and statements of its own.
struct LedgerView {
  /// A row of the chain.
  struct Block {
    let sequence: Int64
    let uuid: String
    let hash: String
    let asset: String
    let assetSequence: Int64
    let previousID: String
    let previousHash: String
    let action: String
    let sender: String
    let receiver: String
    let amount: Int64
    let datetime: Int64
    let lastCheck: Int64
    let card: String?
    let primaryCard: String?
    let comment: String?
    let metadata: JSON
  }

  /// A card's row.
  struct Card {
    let uuid: String
    let tag: String
    let wallet: String?
    let isBlocked: Bool
    let unsettled: Int64
    let limits: Limits
  }

  /// What is counted of a delegation or of a card: on a local day, or in all.
  struct Use: Hashable {
    let of: String
    let day: Int64?
  }

  /// What became of a tap's id.
  struct Debit {
    let number: Int64
    let place: String
    let id: String
    let device: String?
    let state: String
    let tag: String
    let wallet: String?
    let amount: Int64
    let isOffline: Bool
    let delegation: String?
    let settlement: String?
    /// Why it was refused.
    let code: String?
    let decidedAt: Int64
    let createdAt: Int64
    /// Whether it counts against the card's own limits, and against those of what it was debited under.
    let isCardCounted: Bool
    let isCounted: Bool
  }

  private let queue: DatabaseQueue

  init(disk: SimulatedDisk) throws {
    var configuration = Configuration()
    configuration.readonly = true
    queue = try DatabaseQueue(path: disk.path("ledger.sqlite"), configuration: configuration)
  }

  func blocks(after sequence: Int64) throws -> [Block] {
    try queue.read { db in
      let sql = """
        SELECT sequence, uuid, hash, asset, asset_sequence, previous_uuid, previous_hash, action, sender, receiver,
          amount, datetime, last_check, card, primary_card, comment, metadata FROM transactions
        WHERE sequence > ? ORDER BY sequence
        """
      return try Row.fetchAll(db.cachedStatement(sql: sql), arguments: [sequence]).map { row in
        let metadata: String? = row["metadata"]
        return Block(
          sequence: row["sequence"], uuid: row["uuid"], hash: row["hash"], asset: row["asset"],
          assetSequence: row["asset_sequence"], previousID: row["previous_uuid"], previousHash: row["previous_hash"],
          action: row["action"], sender: row["sender"], receiver: row["receiver"], amount: row["amount"],
          datetime: row["datetime"], lastCheck: row["last_check"], card: row["card"], primaryCard: row["primary_card"],
          comment: row["comment"], metadata: metadata.flatMap { try? JSON.parse($0) } ?? .null)
      }
    }
  }

  func hash(of sequence: Int64) throws -> String? {
    try queue.read {
      try String.fetchOne($0, sql: "SELECT hash FROM transactions WHERE sequence = ?", arguments: [sequence])
    }
  }

  func lastSequence() throws -> Int64? {
    try queue.read { try Int64.fetchOne($0, sql: "SELECT max(sequence) FROM transactions") }
  }

  func balances() throws -> [(wallet: String, asset: String, balance: Int64)] {
    try queue.read { db in
      try Row.fetchAll(db.cachedStatement(sql: "SELECT wallet, asset, balance FROM tokens ORDER BY wallet, asset"))
        .map { ($0["wallet"], $0["asset"], $0["balance"]) }
    }
  }

  func debits() throws -> [Debit] {
    try queue.read { db in
      let sql = """
        SELECT number, place, id, device, state, tag, wallet, amount, is_offline, delegation, settlement, code,
          decided_at, created_at, card_day IS NOT NULL AS is_card_counted, delegation_day IS NOT NULL AS is_counted
        FROM debits ORDER BY number
        """
      return try Row.fetchAll(db.cachedStatement(sql: sql)).map { row in
        Debit(
          number: row["number"], place: row["place"], id: row["id"], device: row["device"], state: row["state"],
          tag: row["tag"], wallet: row["wallet"], amount: row["amount"], isOffline: row["is_offline"],
          delegation: row["delegation"], settlement: row["settlement"], code: row["code"], decidedAt: row["decided_at"],
          createdAt: row["created_at"], isCardCounted: row["is_card_counted"], isCounted: row["is_counted"])
      }
    }
  }

  func cards() throws -> [Card] {
    try queue.read { db in
      try Row.fetchAll(
        db.cachedStatement(
          sql: "SELECT uuid, first_tag_id, wallet, blocked, unsettled, per_tap, per_day FROM cards ORDER BY rowid")
      ).map {
        Card(
          uuid: $0[0], tag: $0[1], wallet: $0[2], isBlocked: $0[3], unsettled: $0[4],
          limits: Limits(perTap: $0[5], perDay: $0[6]))
      }
    }
  }

  func uses() throws -> [Use: Int64] {
    try queue.read { db in
      let sql = """
        SELECT delegation, day, used FROM delegation_days UNION ALL SELECT delegation, NULL, used FROM delegation_totals
        UNION ALL SELECT card, day, used FROM card_days
        """
      let rows = try Row.fetchAll(db.cachedStatement(sql: sql))
      return Dictionary(rows.map { (Use(of: $0[0], day: $0[1]), $0[2]) }) { $0 + $1 }
    }
  }

  /// What stands before a run begins.
  func delegations() throws -> [(id: String, wallet: String)] {
    try queue.read { db in
      try Row.fetchAll(db, sql: "SELECT id, wallet FROM delegations").map { ($0["id"], $0["wallet"]) }
    }
  }
}
