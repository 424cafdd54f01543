import FedowProtocol
import GRDB
import Model
import Rules

/// The rows of entrances. The writer remembers none of them, so writing them makes it forget nothing.
extension Books {
  /// An entrance: which debit it was, by which membership, and how that stood.
  struct Entrance: Hashable {
    let place: EntityID
    /// The tap.
    let debit: EntityID
    let wallet: EntityID
    let membership: EntityID
    let standing: MembershipStanding
    /// The asset of the badge, and the transaction that records it.
    let badge: EntityID?
    let posted: EntityID?
    /// When it was decided, and after which transaction of the ledger.
    let at: LedgerTime
    let afterSequence: Int64
    let isOffline: Bool
  }

  /// Of several memberships the one that lets in longest; where none does, the one that comes nearest to it.
  func bestMembership(
    of wallet: EntityID?, among assets: [EntityID], at time: LedgerTime
  ) throws -> (asset: EntityID, standing: MembershipStanding) {
    let found = try assets.map { asset in
      (asset: asset, standing: try wallet.map { try standing(of: $0, in: asset, at: time) } ?? .none)
    }
    guard let best = found.max(by: { $0.standing.rank < $1.standing.rank }) else { throw Refusal(.membershipNone) }
    return best
  }

  /// When a person last entered a place with a badge, or without one; entrances that were taken back do not count.
  func lastEntrance(of wallet: EntityID, at place: EntityID, badge: EntityID?) throws -> LedgerTime? {
    try row(
      """
      SELECT e.at FROM entrances e JOIN debits d ON d.place = e.place AND d.id = e.debit
      WHERE e.place = ? AND e.wallet = ? AND e.badge IS ? AND d.state = 'posted' ORDER BY e.number DESC LIMIT 1
      """, [place.text, wallet.text, badge?.text])?.time("at")
  }

  func insert(_ entrance: Entrance) throws {
    try executeRemembered(
      """
      INSERT INTO entrances (place, debit, wallet, membership, standing, standing_at, badge, posted, at, after_sequence,
        is_offline) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """,
      [
        entrance.place.text, entrance.debit.text, entrance.wallet.text, entrance.membership.text,
        entrance.standing.word, entrance.standing.instant, entrance.badge?.text, entrance.posted?.text,
        entrance.at.microseconds, entrance.afterSequence, entrance.isOffline,
      ])
  }
}
