import FedowProtocol
import Foundation
import GRDB
import Model

/// The rows of native debits. The writer remembers none of them, so writing them makes it forget nothing.
extension Books {
  /// What became of a tap's id at a place: for ever the same, but that a debit may be voided and a refused one settled.
  struct Debit: Hashable {
    /// What a debit's row says.
    enum State: String { case posted, refused, voided }
    /// What became of a debit that was decided offline and then refused.
    enum Settlement: String { case open, posted, forgiven }

    let id: EntityID
    let device: EntityID?
    /// SHA-256 of the request, which a repetition must have in common with the first.
    let content: String
    let state: State
    let tag: String
    let card: EntityID?
    let wallet: EntityID?
    /// Minor units over all parts.
    let amount: Int64
    /// The code of a refusal.
    let code: String?
    /// The first answer.
    let answer: Answer
    /// The request of an offline debit that was refused, so that it can be posted later.
    let request: String?
    let isOffline: Bool
    let decidedAt: LedgerTime
    let createdAt: LedgerTime
    /// What was debited under, and the local day of that delegation in which it counts.
    var delegation: EntityID?
    var delegationDay: Int64?
    /// The local day in which it counts against the card's own limits; nil: it does not.
    var cardDay: Int64?
    let settlement: Settlement?
    let voidID: EntityID?
    let voidBody: String?

    /// Whether it was this request that was decided.
    func answers(_ content: String) -> Bool {
      self.content == content || self.content == Self.digested(ReplyKey.digest(content))
    }

    /// How the content of a debit from before this table is written: of it only a digest was kept.
    static func digested(_ digest: Data) -> String { "sha256:" + Hexadecimal.encode(Array(digest)) }
  }

  private func debit(_ row: Row) throws -> Debit {
    guard let state = Debit.State(rawValue: row["state"]) else { throw Refusal(.ledgerBroken) }
    let settlement: String? = row["settlement"]
    return Debit(
      id: try row.id("id"), device: try row.optionalID("device"), content: row["content"], state: state,
      tag: row["tag"], card: try row.optionalID("card"), wallet: try row.optionalID("wallet"), amount: row["amount"],
      code: row["code"], answer: Answer(status: row["status"], body: row["body"]), request: row["request"],
      isOffline: row["is_offline"], decidedAt: LedgerTime(microseconds: row["decided_at"]),
      createdAt: LedgerTime(microseconds: row["created_at"]), delegation: try row.optionalID("delegation"),
      delegationDay: row["delegation_day"], cardDay: row["card_day"],
      settlement: settlement.flatMap { Debit.Settlement(rawValue: $0) },
      voidID: try row.optionalID("void_id"), voidBody: row["void_body"])
  }

  func debit(_ id: EntityID, of place: EntityID) throws -> Debit? {
    try row("SELECT * FROM debits WHERE place = ? AND id = ?", [place.text, id.text]).map(debit)
  }

  func debit(voidedBy id: EntityID, of place: EntityID) throws -> Debit? {
    try row("SELECT * FROM debits WHERE place = ? AND void_id = ?", [place.text, id.text]).map(debit)
  }

  /// The refused offline debits of a place that nobody settled yet, oldest first.
  func unsettledDebits(of place: EntityID) throws -> [Debit] {
    try rows("SELECT * FROM debits WHERE place = ? AND settlement = 'open' ORDER BY number", [place.text]).map(debit)
  }

  func insert(_ debit: Debit, of place: EntityID) throws {
    try executeRemembered(
      """
      INSERT INTO debits (place, id, device, content, state, tag, card, wallet, amount, code, status, body, request,
        is_offline, decided_at, created_at, delegation, delegation_day, settlement, card_day)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """,
      [
        place.text, debit.id.text, debit.device?.text, debit.content, debit.state.rawValue, debit.tag,
        debit.card?.text, debit.wallet?.text, debit.amount, debit.code, debit.answer.status, debit.answer.body,
        debit.request, debit.isOffline, debit.decidedAt.microseconds, debit.createdAt.microseconds,
        debit.delegation?.text, debit.delegationDay, debit.settlement?.rawValue, debit.cardDay,
      ])
  }

  func setVoided(_ debit: EntityID, of place: EntityID, by id: EntityID, body: String, at now: LedgerTime) throws {
    try executeRemembered(
      """
      UPDATE debits SET state = 'voided', void_id = ?, void_body = ?, voided_at = ? WHERE place = ? AND id = ?
      """, [id.text, body, now.microseconds, place.text, debit.text])
  }

  /// Forgives a refused debit; it stays refused.
  /// - Parameters:
  ///   - id: the void that has it forgiven; nil when an operator does.
  ///   - body: what that void was answered.
  func setForgiven(
    _ debit: EntityID, of place: EntityID, by id: EntityID? = nil, body: String? = nil, at now: LedgerTime
  ) throws {
    try executeRemembered(
      """
      UPDATE debits SET settlement = 'forgiven', settled_at = coalesce(settled_at, ?), request = NULL, void_id = ?,
        void_body = ?
      WHERE place = ? AND id = ?
      """, [now.microseconds, id?.text, body, place.text, debit.text])
  }

  /// Makes a posted debit of a refused one; the device that settles it is the one that may void it.
  func setPosted(
    _ refused: Debit, of place: EntityID, as posted: DebitPosting.Posted, by device: EntityID?, at now: LedgerTime
  ) throws {
    try executeRemembered(
      """
      UPDATE debits SET state = 'posted', code = NULL, wallet = ?, status = ?, body = ?, request = NULL,
        delegation = ?, delegation_day = ?, card_day = ?, settlement = 'posted', settled_at = ?, created_at = ?, device = ?
      WHERE place = ? AND id = ?
      """,
      [
        posted.wallet?.text, posted.answer.status, posted.answer.body, posted.authority?.delegation.text,
        posted.authority?.day, posted.authority?.cardDay, now.microseconds, now.microseconds, device?.text, place.text,
        refused.id.text,
      ])
  }

  /// Links a transaction and the one that reverses it, for either to be found by the other.
  func link(reversed original: EntityID, by reverse: EntityID) throws {
    try executeRemembered("INSERT INTO reversals (original, reverse) VALUES (?, ?)", [original.text, reverse.text])
  }
}
