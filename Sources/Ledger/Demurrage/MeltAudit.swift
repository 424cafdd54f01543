import FedowProtocol
import GRDB
import Model
import Rules

/// Recomputes what melted from the terms alone: each posting must take what the rule takes, and none may be missing.
struct MeltAudit {
  private var rows: MeltRows
  private let calendars: [EntityID: MeltCalendar]
  private let kinds: [EntityID: WalletKind]
  private var balances: [Holding: MeltingBalance] = [:]

  private struct Holding: Hashable {
    let wallet: EntityID
    let asset: EntityID
  }

  /// - Parameter now: periods are counted past this instant.
  init(_ books: Books, now: Int64) throws {
    rows = try MeltRows(books)
    let terms = try books.meltingTerms()
    // The chain may be ahead of a clock that was set back.
    calendars = try Dictionary(
      uniqueKeysWithValues: terms.map { asset, versions in
        (asset, try MeltCalendars.shared.calendar(of: versions, past: max(now, books.meltingInstant(of: asset))))
      })
    var kinds: [EntityID: WalletKind] = [:]
    if !terms.isEmpty {
      for row in try books.rows("SELECT wallet FROM users") { kinds[try row.id("wallet")] = .person }
      for row in try books.rows("SELECT wallet FROM places") { kinds[try row.id("wallet")] = .place }
      kinds[try books.primaryWallet()] = .server
    }
    self.kinds = kinds
  }

  /// Something that was reserved, which does not melt, or was given back.
  /// - Returns: what is wrong with it.
  mutating func step(_ event: ReservationEvent) -> String? {
    guard let calendar = calendars[event.asset] else { return nil }
    let holding = Holding(wallet: event.wallet, asset: event.asset)
    var balance = balances[holding] ?? MeltingBalance(wallet: event.wallet, kind: kinds[event.wallet] ?? .card)
    let missing = balance.melt(upTo: event.at, in: calendar)
    balance.set(balance.balance.saturatingDifference(event.delta), at: event.at)
    balances[holding] = balance
    return missing.isEmpty ? nil : "\(missing.count) meltings of wallet \(event.wallet) were due before it"
  }

  /// One transaction and what it left free in its balances.
  /// - Returns: what is wrong with it.
  mutating func step(_ posted: Books.Posted, senderAfter: Int64?, receiverAfter: Int64?) throws -> [String] {
    let entry = posted.entry
    let (row, strays) = try rows.take(posted.sequence)
    var faults = strays.map { "there is none of number \($0.sequence), which is listed as a melting" }
    guard let calendar = calendars[entry.asset] else {
      if row != nil { faults.append("it is listed as a melting, and its asset has no terms") }
      return faults
    }
    let holdings = [(entry.sender, senderAfter), (entry.receiver, receiverAfter)]
    for (index, (wallet, after)) in holdings.enumerated() where index == 0 || entry.sender != entry.receiver {
      guard let after else { continue }
      let holding = Holding(wallet: wallet, asset: entry.asset)
      var balance =
        balances[holding] ?? MeltingBalance(wallet: wallet, kind: kinds[wallet] ?? .card)
      if index == 0, let row {
        faults += Self.check(row, posted, &balance, calendar)
      } else {
        let missing = balance.melt(upTo: entry.datetime.microseconds, in: calendar)
        if !missing.isEmpty { faults.append("\(missing.count) meltings of wallet \(wallet) were due before it") }
        balance.set(after, at: entry.datetime.microseconds)
      }
      let next = calendar.period(endingAfter: balance.meltedUntil)
      if let next { balance.forget(before: next.start - calendar.longestGrace) }
      balances[holding] = balance
    }
    if row == nil, entry.comment == LedgerWriter.meltingComment, entry.metadata["demurrage"] != nil {
      faults.append("it says that it is a melting, and is not listed as one")
    }
    return faults
  }

  /// Holds a listed melting against the next that the terms make of the sender's balance.
  private static func check(
    _ row: MeltRows.Row, _ posted: Books.Posted, _ balance: inout MeltingBalance, _ calendar: MeltCalendar
  ) -> [String] {
    let entry = posted.entry
    var next: Melt?
    while next == nil, let period = calendar.period(endingAfter: balance.meltedUntil),
      period.end <= entry.datetime.microseconds
    {
      next = balance.melt(upTo: period.end, in: calendar).first
    }
    guard let melt = next else { return ["it is listed as a melting, and nothing was due"] }
    let terms = calendar.versions[melt.period.version]
    guard entry.action == .transfer, entry.receiver == terms.receiver, row.wallet == entry.sender.text,
      row.asset == entry.asset.text, row.terms == terms.number, row.start == melt.period.start,
      row.end == melt.period.end, row.least == melt.least, row.amount == melt.amount, entry.amount == melt.amount,
      entry.metadata == terms.metadata(of: melt)
    else {
      return ["by its terms \(melt.amount) of \(melt.least) melts there, to wallet \(terms.receiver)"]
    }
    return []
  }

  /// What is wrong with the rest: meltings without a transaction, and marks that leave out what takes something.
  mutating func end(_ books: Books) throws -> [LedgerAudit.Break] {
    var breaks = try rows.take(.max).strays.map {
      LedgerAudit.Break(row: "melting \($0.sequence)", reason: "there is no transaction of this number")
    }
    let cursor = try Row.fetchCursor(books.database, sql: "SELECT wallet, asset, until FROM melting_marks")
    while let row = try cursor.next() {
      let holding = Holding(wallet: try row.id("wallet"), asset: try row.id("asset"))
      guard var balance = balances[holding], var calendar = calendars[holding.asset] else { continue }
      let until: Int64 = row["until"]
      calendar.extend(past: min(until, (calendar.periods.last?.end ?? 0) + Self.farthest))
      guard !balance.melt(upTo: until, in: calendar).isEmpty else { continue }
      breaks.append(
        LedgerAudit.Break(
          row: "balance of wallet \(holding.wallet) in asset \(holding.asset)",
          reason: "it is marked as having melted, and was not"))
    }
    return breaks
  }

  /// No mark is looked after further than two years ahead.
  private static let farthest: Int64 = 2 * 366 * 86_400_000_000
}
