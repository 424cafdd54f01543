import FedowProtocol
import GRDB
import Model
import Rules

/// How far balances have melted, and what of them is due.
extension Books {
  /// The instant that the next posting of an asset would have: up to it, periods are due.
  func meltingInstant(of asset: EntityID) throws -> Int64 {
    let now = (instant ?? LedgerTime.now()).microseconds
    let head = try chainHead(of: asset).map { $0.entry.datetime.microseconds + 1 } ?? now
    return max(now, head, try lastReservation(of: asset))
  }

  /// What has ended and was not posted yet of a balance: oldest first, and only what takes something.
  /// - Parameter time: up to which instant; nil: now.
  func due(_ token: Token, in wallet: EntityID, upTo time: Int64? = nil) throws -> (melts: [Melt], until: Int64?) {
    let versions = try meltingTerms(of: token.asset)
    guard !versions.isEmpty else { return ([], nil) }
    let time = try time ?? meltingInstant(of: token.asset)
    let calendar = try MeltCalendars.shared.calendar(of: versions, past: time)
    guard let until = calendar.lastEnd(upTo: time), try until > meltingMark(of: token.asset, in: wallet) else {
      return ([], nil)
    }
    var balance = try meltingBalance(token, in: wallet, calendar: calendar)
    return (balance.melt(upTo: time, in: calendar), until)
  }

  /// The balance that a wallet has by its transactions, as far back as the next periods ask for, without what lay fast.
  func meltingBalance(_ token: Token, in wallet: EntityID, calendar: MeltCalendar) throws -> MeltingBalance {
    let mark = try meltingMark(of: token.asset, in: wallet)
    let since = calendar.period(endingAfter: mark).map { $0.start - calendar.longestGrace } ?? .min
    var points: [(sequence: Int64, point: MeltingBalance.Point)] = []
    var next = token.lastSequence
    while let sequence = next {
      guard let row = try row(Self.meltingNode, [sequence]) else {
        throw Refusal(.ledgerBroken, "Transaction \(sequence) of a history is missing.")
      }
      let isSender = row[0] as String == wallet.text
      let after: Int64? = isSender ? row[4] : row[5]
      // A melting counts from the end of its period, whenever it was posted.
      let melted: String? = row[7]
      let end: Int64? = melted == wallet.text ? row[6] : nil
      let point = MeltingBalance.Point(at: end ?? row[1], balance: after ?? 0)
      points.append((sequence, point))
      guard point.at > since else { break }
      next = isSender ? row[2] : row[3]
    }
    let events = try reservationEvents(of: token.asset, in: wallet)
    return MeltingBalance(
      wallet: wallet, kind: try walletKind(wallet), path: MeltingBalance.Point.free(points.reversed(), events),
      meltedUntil: mark)
  }

  private static let meltingNode = """
    SELECT t.sender, t.datetime, t.sender_before, t.receiver_before, t.sender_after, t.receiver_after, m.period_end,
      m.wallet FROM transactions t LEFT JOIN melts m ON m.sequence = t.sequence WHERE t.sequence = ?
    """

  /// The end of the last period that a balance has melted in, also when that took nothing; the least there is before.
  func meltingMark(of asset: EntityID, in wallet: EntityID) throws -> Int64 {
    let pair = BooksMemory.Pair(one: wallet, other: asset)
    if let mark = memory?.meltingMarks[pair] { return mark }
    let row = try row("SELECT until FROM melting_marks WHERE wallet = ? AND asset = ?", [wallet.text, asset.text])
    let mark: Int64 = row?["until"] ?? .min
    memory?.meltingMarks[pair] = mark
    return mark
  }

  func setMeltingMark(_ until: Int64, of asset: EntityID, in wallet: EntityID) throws {
    try executeRemembered(
      "INSERT OR REPLACE INTO melting_marks (wallet, asset, until) VALUES (?, ?, ?)",
      [wallet.text, asset.text, until])
    memory?.meltingMarks[BooksMemory.Pair(one: wallet, other: asset)] = until
  }

  func insert(_ melt: Melt, terms: MeltTerms, wallet: EntityID, posted: Posted) throws {
    try executeRemembered(
      """
      INSERT INTO melts (sequence, wallet, asset, terms, period_start, period_end, least, amount)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?)
      """,
      [
        posted.sequence, wallet.text, posted.entry.asset.text, terms.number, melt.period.start, melt.period.end,
        melt.least, melt.amount,
      ])
  }

  /// What a posting took from a wallet for a period that had ended at an instant; 0 for any other.
  func meltedAmount(of sequence: Int64, from wallet: EntityID, dueAt instant: Int64) throws -> Int64 {
    try row(
      "SELECT amount FROM melts WHERE sequence = ? AND wallet = ? AND period_end <= ?",
      [sequence, wallet.text, instant]
    )?["amount"] ?? 0
  }

  /// What of a balance is due: what it is less than what is written.
  func dueAmount(_ token: Token, in wallet: EntityID, upTo time: Int64? = nil) throws -> Int64 {
    try due(token, in: wallet, upTo: time).melts.map(\.amount).saturatingSum
  }
}
