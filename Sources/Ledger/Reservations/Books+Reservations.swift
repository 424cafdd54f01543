import FedowProtocol
import GRDB
import Model
import Rules

/// The rows of reservations, and what they keep from being spent.
extension Books {
  private func reservation(_ row: Row) throws -> Reservation {
    let word: String = row["state"]
    guard let state = ReservationState(rawValue: word) else {
      throw Refusal(.ledgerBroken, "'\(word)' is no state of a reservation.")
    }
    return Reservation(
      id: try row.id("id"), wallet: try row.id("wallet"), asset: try row.id("asset"), amount: row["amount"],
      purpose: Reservation.Purpose(rawValue: row["purpose"]), detail: try JSON.parse(row["detail"] as String),
      state: state, createdAt: LedgerTime(microseconds: row["created_at"]), expiresAt: row.time("expires_at"),
      askedAt: row.time("asked_at"), endedAt: row.time("ended_at"), posted: row["posted"], reason: row["reason"],
      afterSequence: row["after_sequence"], endedAfter: row["ended_after"])
  }

  /// The reservation of this id.
  public func reservation(_ id: EntityID) throws -> Reservation? {
    try row("SELECT * FROM reservations WHERE id = ?", [id.text]).map(reservation)
  }

  /// Reservations in the order in which they began; those alone that have not ended, or all.
  public func reservations(open: Bool, purpose: Reservation.Purpose? = nil) throws -> [Reservation] {
    try rows(
      "SELECT * FROM reservations" + (open ? " WHERE state IN ('pending', 'asked')" : "") + " ORDER BY number"
    ).map(reservation).filter { purpose == nil || $0.purpose == purpose }
  }

  /// The reservations of one balance that have not ended.
  func openReservations(of asset: EntityID, in wallet: EntityID) throws -> [Reservation] {
    try rows(
      """
      SELECT * FROM reservations WHERE wallet = ? AND asset = ? AND state IN ('pending', 'asked') ORDER BY number
      """, [wallet.text, asset.text]
    ).map(reservation)
  }

  /// Ids of reservations whose time is over and that nobody ended, at most so many.
  func dueReservations(limit: Int) throws -> [EntityID] {
    try rows(
      "SELECT id FROM reservations WHERE state IN ('pending', 'asked') AND expires_at <= ? ORDER BY expires_at LIMIT ?",
      [(instant ?? LedgerTime.now()).microseconds, limit]
    ).map { try $0.id("id") }
  }

  /// What of a balance cannot be spent now, in minor units: a reservation whose time is over keeps nothing.
  func reservedAmount(_ token: Token, in wallet: EntityID) throws -> Int64 {
    guard token.reserved > 0 else { return 0 }
    let now = (instant ?? LedgerTime.now()).microseconds
    let over: Int64 =
      try row(
        """
        SELECT coalesce(sum(amount), 0) AS over FROM reservations
        WHERE wallet = ? AND asset = ? AND state = 'pending' AND expires_at <= ?
        """, [wallet.text, token.asset.text, now])?["over"] ?? 0
    return token.reserved - over
  }

  /// What of a balance was reserved after a transaction.
  func reservedAmount(of asset: EntityID, in wallet: EntityID, asOf posted: Posted) throws -> Int64 {
    try row(
      """
      SELECT coalesce(sum(amount), 0) AS reserved FROM reservations
      WHERE wallet = ?1 AND asset = ?2 AND after_sequence < ?3 AND (ended_after IS NULL OR ended_after >= ?3)
        AND (expires_at IS NULL OR expires_at > ?4)
      """, [wallet.text, asset.text, posted.sequence, posted.entry.datetime.microseconds])?["reserved"] ?? 0
  }

  /// When a reservation of an asset last began or ended: no transaction of it is before that.
  func lastReservation(of asset: EntityID) throws -> Int64 {
    if let last = memory?.lastReservations[asset] { return last }
    let row = try row(
      """
      SELECT max(coalesce((SELECT max(created_at) FROM reservations WHERE asset = ?1), ?2),
        coalesce((SELECT max(ended_at) FROM reservations WHERE asset = ?1 AND ended_at IS NOT NULL), ?2)) AS last
      """, [asset.text, Int64.min])
    let last: Int64 = row?["last"] ?? .min
    memory?.lastReservations[asset] = last
    return last
  }

  func insert(_ order: ReservationOrder, at instant: LedgerTime) throws {
    try executeRemembered(
      """
      INSERT INTO reservations (id, wallet, asset, amount, purpose, detail, state, created_at, after_sequence, expires_at)
      VALUES (?, ?, ?, ?, ?, ?, 'pending', ?, ?, ?)
      """,
      [
        order.id.text, order.wallet.text, order.asset.text, order.amount, order.purpose.rawValue,
        order.detail.pythonDump(), instant.microseconds, try lastSequence(), order.expiresAt?.microseconds,
      ])
    memory?.lastReservations[order.asset] = instant.microseconds
  }

  func setAsked(_ reservation: Reservation, at now: LedgerTime) throws {
    try executeRemembered(
      "UPDATE reservations SET state = 'asked', asked_at = ?, expires_at = NULL WHERE id = ?",
      [now.microseconds, reservation.id.text])
  }

  /// How a reservation ends.
  struct ReservationEnd {
    let state: ReservationState
    let at: LedgerTime
    /// The last transaction before it ended.
    let after: Int64
    var posted: Int64?
    var reason: String?
  }

  func end(_ reservation: Reservation, _ end: ReservationEnd) throws {
    try executeRemembered(
      "UPDATE reservations SET state = ?, ended_at = ?, ended_after = ?, posted = ?, reason = ? WHERE id = ?",
      [end.state.rawValue, end.at.microseconds, end.after, end.posted, end.reason, reservation.id.text])
    memory?.lastReservations[reservation.asset] = end.at.microseconds
  }

  /// Adds to what is reserved of a balance, in minor units; negative when it is given back.
  func addReserved(_ amount: Int64, of asset: EntityID, in wallet: EntityID) throws {
    try executeRemembered(
      "UPDATE tokens SET reserved = reserved + ? WHERE wallet = ? AND asset = ?", [amount, wallet.text, asset.text])
    if let place = memory?.tokens[wallet]?.firstIndex(where: { $0.asset == asset }) {
      memory?.tokens[wallet]?[place].reserved += amount
    }
  }
}
