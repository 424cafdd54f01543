import FedowProtocol
import GRDB
import Model
import Rules

/// Holds each entrance against its debit, its badge and the membership that there was.
struct EntranceAudit {
  private let books: Books

  init(_ books: Books) { self.books = books }

  func run() throws -> [LedgerAudit.Break] {
    var breaks: [LedgerAudit.Break] = []
    let cursor = try Row.fetchCursor(
      books.database,
      sql: """
        SELECT e.*, d.state AS state, d.wallet AS paid, d.is_offline AS offline, p.wallet AS place_wallet
        FROM entrances e JOIN places p ON p.uuid = e.place
        LEFT JOIN debits d ON d.place = e.place AND d.id = e.debit ORDER BY e.number
        """)
    while let row = try cursor.next() {
      for reason in try faults(row) {
        breaks.append(LedgerAudit.Break(row: "entrance \(row["number"] as Int64)", reason: reason))
      }
    }
    return breaks
  }

  private func faults(_ row: Row) throws -> [String] {
    var faults: [String] = []
    let (wallet, state): (String, String?) = (row["wallet"], row["state"])
    if row["paid"] as String? != wallet || (state != "posted" && state != "voided")
      || row["offline"] as Bool? != row["is_offline"] as Bool
    {
      faults.append("it belongs to no debit that was made")
    }
    if let posted = try row.optionalID("posted") {
      let badge = try books.transaction(posted)?.entry
      if badge?.action != .badge || badge?.sender.text != wallet || badge?.asset.text != row["badge"] as String?
        || badge?.receiver.text != row["place_wallet"] as String?
      {
        faults.append("its badge \(posted) is not what was recorded")
      }
    }
    let (standing, isOffline): (String, Bool) = (row["standing"], row["is_offline"])
    if standing != "valid", !isOffline { faults.append("who was no member was let in") }
    guard standing == "valid" else { return faults }
    // By what had been paid then, and not by what came later.
    let runs = try books.memberships(
      of: try row.id("wallet"), in: try row.id("membership"), upTo: row["after_sequence"])
    if case .valid = MembershipStanding(of: runs, at: row["at"]) { return faults }
    // What had no end then got one with the first terms, which may lie before this.
    return row["standing_at"] as Int64? == nil && !runs.isEmpty
      ? faults : faults + ["there was no such membership then"]
  }
}
