import FedowProtocol
import GRDB
import Model

/// Recomputes what is reserved from the reservations alone, along the walk through the transactions.
struct ReservationAudit {
  private var events: ArraySlice<ReservationEvent>
  private var reserved: [Holding: Int64] = [:]

  private struct Holding: Hashable {
    let wallet: EntityID
    let asset: EntityID
  }

  init(_ books: Books) throws { events = try books.reservationEvents()[...] }

  /// What began and ended before a transaction and was not taken yet.
  mutating func take(before sequence: Int64) -> [ReservationEvent] {
    var taken: [ReservationEvent] = []
    while let event = events.first, event.after < sequence {
      events.removeFirst()
      let holding = Holding(wallet: event.wallet, asset: event.asset)
      reserved[holding] = (reserved[holding] ?? 0).saturatingSum(event.delta)
      taken.append(event)
    }
    return taken
  }

  /// What is reserved of a balance so far.
  func amount(of asset: EntityID, in wallet: EntityID) -> Int64 {
    reserved.isEmpty ? 0 : reserved[Holding(wallet: wallet, asset: asset)] ?? 0
  }

  /// What is wrong with reservations that became a transaction: it must be there, right behind them, and say the same.
  static func end(_ books: Books) throws -> [LedgerAudit.Break] {
    let rows = try Row.fetchCursor(
      books.database,
      sql: """
        SELECT r.id, r.state, r.amount, r.ended_after, r.ended_at, t.sequence, t.amount, t.datetime,
          t.sender = r.wallet AND t.asset = r.asset, r.after_sequence, r.created_at
        FROM reservations r LEFT JOIN transactions t ON t.sequence = r.posted ORDER BY r.number
        """)
    let last = try books.lastSequence()
    var breaks: [LedgerAudit.Break] = []
    while let row = try rows.next() {
      let (state, amount, endedAfter): (String, Int64, Int64?) = (row[1], row[2], row[3])
      let (sequence, posted, isSame): (Int64?, Int64?, Bool?) = (row[5], row[6], row[8])
      var fault: String?
      if state == "posted" {
        if sequence == nil || sequence != endedAfter.map({ $0 + 1 }) || row[7] as Int64? != row[4] as Int64? {
          fault = "it was posted, and there is no transaction for it"
        } else if isSame != true || posted.map({ $0 < 1 || $0 > amount }) ?? true {
          fault = "its transaction is not of what was reserved"
        }
      }
      let (after, createdAt): (Int64, Int64) = (row[9], row[10])
      if after > last || endedAfter.map({ $0 > last || $0 < after }) ?? false
        || (row[4] as Int64?).map({ $0 < createdAt }) ?? false
      {
        fault = "it ends before it began, or after all that was posted"
      }
      if let fault { breaks.append(LedgerAudit.Break(row: "reservation \(row[0] as String)", reason: fault)) }
    }
    return breaks
  }
}
