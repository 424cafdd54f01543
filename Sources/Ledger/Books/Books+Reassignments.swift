import FedowProtocol
import GRDB
import Model
import Rules

/// What moved from one card to another, and how all of it was before.
extension Books {
  /// A reassignment as it is kept, to be undone.
  struct Reassignment: Hashable {
    let id: EntityID
    /// The two cards as they were before.
    let old: Card
    let oldBlock: CardBlock?
    let new: Card
    /// What the new card opens since.
    let wallet: EntityID
    /// The places whose operator's rights moved along.
    let links: [EntityID]
    /// The last transaction before it.
    let afterSequence: Int64
    let createdAt: LedgerTime
    var undoneAt: LedgerTime?
  }

  func insert(_ reassignment: Reassignment, of owner: String) throws {
    let (old, block) = (reassignment.old, reassignment.oldBlock)
    try execute(
      """
      INSERT INTO reassignments (owner, id, old_card, new_card, wallet, old_wallet, old_user, old_blocked,
        old_blocked_at, old_blocked_by, old_lost_from, new_wallet, links, after_sequence, created_at)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """,
      [
        owner, reassignment.id.text, old.uuid.text, reassignment.new.uuid.text, reassignment.wallet.text,
        old.wallet?.text, old.user?.text, block != nil, block?.at?.microseconds, block?.by?.stored,
        block?.lostFrom?.text, reassignment.new.wallet?.text,
        reassignment.links.map(\.text).joined(separator: " "), reassignment.afterSequence,
        reassignment.createdAt.microseconds,
      ])
  }

  /// What is kept of a reassignment: the two cards' uuids, and what is to be put back.
  struct KeptReassignment {
    let oldCard: EntityID
    let newCard: EntityID
    let wallet: EntityID
    let oldWallet: EntityID?
    let oldUser: EntityID?
    let oldBlock: CardBlock?
    let newWallet: EntityID?
    let links: [EntityID]
    let afterSequence: Int64
    let createdAt: LedgerTime
    let isUndone: Bool
  }

  func reassignment(_ id: EntityID, of owner: String) throws -> KeptReassignment? {
    guard let row = try row("SELECT * FROM reassignments WHERE owner = ? AND id = ?", [owner, id.text]) else {
      return nil
    }
    let (isBlocked, by, links): (Bool, String?, String) = (row["old_blocked"], row["old_blocked_by"], row["links"])
    let block = CardBlock(
      by: by.flatMap { CardActor(stored: $0) }, at: row.time("old_blocked_at"),
      lostFrom: try row.optionalID("old_lost_from"))
    return KeptReassignment(
      oldCard: try row.id("old_card"), newCard: try row.id("new_card"), wallet: try row.id("wallet"),
      oldWallet: try row.optionalID("old_wallet"), oldUser: try row.optionalID("old_user"),
      oldBlock: isBlocked ? block : nil, newWallet: try row.optionalID("new_wallet"),
      links: links.split(separator: " ").compactMap { EntityID(String($0)) }, afterSequence: row["after_sequence"],
      createdAt: LedgerTime(microseconds: row["created_at"]), isUndone: row.time("undone_at") != nil)
  }

  func setUndone(reassignment id: EntityID, of owner: String, at now: LedgerTime) throws {
    try execute(
      "UPDATE reassignments SET undone_at = ? WHERE owner = ? AND id = ?", [now.microseconds, owner, id.text])
  }

  /// Whether a card took part in a transaction after this one; for a few minutes' worth of them, which are read through.
  func wasUsed(card: EntityID, after sequence: Int64) throws -> Bool {
    try row("SELECT 1 FROM transactions WHERE sequence > ? AND card = ? LIMIT 1", [sequence, card.text]) != nil
  }

  /// The places where a card has an operator's rights, the oldest place first.
  func operatorPlaces(of card: EntityID) throws -> [Place] {
    try rows(
      """
      SELECT pc.place AS uuid FROM primary_cards pc JOIN places p ON p.uuid = pc.place WHERE pc.card = ?
      ORDER BY p.created_at, p.rowid
      """, [card.text]
    ).compactMap { try place(try $0.id("uuid")) }
  }

  /// Gives another card an operator's rights as they are, with their end and their lock.
  func moveOperatorLink(from old: EntityID, to new: EntityID, at place: EntityID) throws {
    try execute(
      "UPDATE OR REPLACE primary_cards SET card = ? WHERE place = ? AND card = ?", [new.text, place.text, old.text])
  }
}
