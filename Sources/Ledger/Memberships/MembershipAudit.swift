import FedowProtocol
import GRDB
import Model
import Rules

/// Recomputes how long each payment makes a member from the blocks and the terms alone, and holds renewals against them.
struct MembershipAudit {
  private let books: Books
  private var terms: [EntityID: [MembershipTerms]] = [:]
  private var runs: [Holding: [MembershipRun]] = [:]
  private var joined: [EntityID: Set<EntityID>] = [:]

  private struct Holding: Hashable {
    let wallet: EntityID
    let asset: EntityID
  }

  init(_ books: Books) throws {
    self.books = books
    for row in try books.rows("SELECT DISTINCT asset FROM membership_terms") {
      let asset = try row.id("asset")
      terms[asset] = try books.membershipTerms(of: asset)
    }
  }

  /// What is wrong with a transaction as a membership or as a part of a renewal.
  mutating func faults(of posted: Books.Posted) throws -> [String] {
    let entry = posted.entry
    if entry.action == .fusion { joined[entry.receiver, default: []].insert(entry.sender) }
    var faults: [String] = []
    if entry.metadata["renewal"] != nil {
      let renewal = try books.row("SELECT 1 FROM renewals WHERE ? IN (payment, membership)", [entry.id.text])
      if renewal == nil { faults.append("it says that it is a part of a renewal, and is not listed as one") }
    }
    guard entry.action == .membership else { return faults }
    let row = try books.row(
      "SELECT wallet, asset, first_at, start_at, end_at FROM memberships WHERE sequence = ?", [posted.sequence])
    let expected = try run(of: entry)
    let stored = row.map { MembershipRun(first: $0[2], start: $0[3], end: $0[4]) }
    guard row?[0] as String? == entry.receiver.text, row?[1] as String? == entry.asset.text, stored == expected else {
      return faults + ["it is not listed as the membership that it makes"]
    }
    // A block from before there were terms says nothing of them.
    let isKnown = entry.subscriptionType != ChainEntry.noSubscription
    if isKnown, entry.subscriptionFirst?.microseconds != expected.first {
      faults.append("its membership began at another time than it says")
    }
    return faults
  }

  private mutating func run(of entry: ChainEntry) throws -> MembershipRun {
    let holding = Holding(wallet: entry.receiver, asset: entry.asset)
    let start = (entry.subscriptionStart ?? entry.datetime).microseconds
    guard let versions = terms[entry.asset], let first = versions.first else {
      return MembershipRun(first: start, start: start, end: nil)
    }
    // Which terms held is what the block says; the first of all for what is older than they are.
    let held = versions.filter {
      $0.period.rawValue == entry.subscriptionType && $0.from <= entry.lastCheck.microseconds
    }
    let isOld = entry.subscriptionType == ChainEntry.noSubscription
    guard let version = isOld ? first : held.inForce(at: entry.lastCheck.microseconds) else {
      return MembershipRun(first: start, start: start, end: nil)
    }
    let wallets = isOld ? [entry.receiver] : [entry.receiver] + (joined[entry.receiver] ?? [])
    let before = wallets.flatMap { runs[Holding(wallet: $0, asset: entry.asset)] ?? [] }
    let run = try MembershipRun(
      after: isOld ? before.last : before.latest, start: start, period: version.period,
      in: TimeZones.system.rules(version.timeZone))
    runs[holding, default: []].append(run)
    return run
  }

  /// What is wrong with the renewals, and with what is listed as a membership without a transaction.
  func end() throws -> [LedgerAudit.Break] {
    let strays = try books.rows(
      """
      SELECT m.sequence FROM memberships m LEFT JOIN transactions t ON t.sequence = m.sequence AND t.action = 'SUB'
      WHERE t.sequence IS NULL
      """)
    var breaks = strays.map {
      LedgerAudit.Break(row: "membership \($0[0] as Int64)", reason: "no transaction makes it")
    }
    let cursor = try Row.fetchCursor(books.database, sql: "SELECT * FROM renewals WHERE state = 'posted'")
    while let row = try cursor.next() {
      guard let fault = try fault(of: try Books.Renewal(row)) else { continue }
      breaks.append(LedgerAudit.Break(row: "renewal \(row["number"] as Int64)", reason: fault))
    }
    return breaks
  }

  /// A renewal is one membership and what was paid for it, under a delegation of the member's for that purpose.
  ///
  /// Whether it stood at that instant is for the writer alone: a clock that was set back makes instants tell lies.
  private func fault(of renewal: Books.Renewal) throws -> String? {
    guard let membership = try renewal.membership.flatMap({ try books.transaction($0) }),
      membership.entry.action == .membership, membership.entry.receiver == renewal.wallet,
      membership.entry.asset == renewal.asset, membership.entry.subscriptionStart?.microseconds == renewal.start
    else { return "its membership is not the one that was renewed" }
    guard let amount = renewal.amount, amount == membership.entry.amount else { return "it cost something else" }
    guard amount > 0 else { return renewal.payment == nil ? nil : "it cost nothing, and was paid" }
    guard let payment = try renewal.payment.flatMap({ try books.transaction($0) })?.entry, payment.action == .sale,
      payment.sender == renewal.wallet, payment.receiver == membership.entry.sender, payment.amount == amount
    else { return "its payment is not what it cost" }
    guard let delegation = try renewal.delegation.flatMap({ try books.delegation($0) }),
      delegation.wallet == renewal.wallet, delegation.terms.purpose == .subscription
    else { return "its holder had not allowed it" }
    return nil
  }
}
