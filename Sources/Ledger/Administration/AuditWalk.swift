import FedowProtocol
import GRDB
import Model
import Rules

/// An audit's walk along all chains at once, with the balances that the transactions make.
struct AuditWalk {
  private let primaryWallet: EntityID
  private let terms: [EntityID: AssetTerms]
  private var heads: [EntityID: Head] = [:]
  private var balances: [Holding: Balance] = [:]
  /// Wider than any balance: whatever a book says, its sums are counted.
  private var supply: [EntityID: Int128] = [:]
  private var lastSequence: Int64 = 0
  private(set) var count = 0
  private(set) var breaks: [LedgerAudit.Break] = []
  private var melting: MeltAudit
  private var payments = PaymentAudit()
  private var reservations: ReservationAudit
  private var clearing: ClearingAudit
  private var transfers: TransferAudit
  private var memberships: MembershipAudit

  var assetCount: Int { terms.count }

  private struct Holding: Hashable {
    let wallet: EntityID
    let asset: EntityID
  }

  private struct Balance {
    var value: Int64 = 0
    var last: Int64?
    var moves: Int64 = 0
  }

  /// The newest block of a chain.
  private struct Head {
    let id: EntityID
    let hash: String
    let datetime: LedgerTime
    let assetSequence: Int64
  }

  /// - Parameter now: melting periods are counted past this instant.
  init(_ books: Books, now: Int64) throws {
    melting = try MeltAudit(books, now: now)
    reservations = try ReservationAudit(books)
    clearing = try ClearingAudit(books)
    transfers = try TransferAudit(books)
    memberships = try MembershipAudit(books)
    let assets = try books.assets()
    primaryWallet = try books.primaryWallet()
    terms = Dictionary(assets.map { ($0.uuid, $0.terms) }) { first, _ in first }
  }

  mutating func step(_ block: LedgerAudit.Block) {
    count += 1
    if block.row.sequence != lastSequence + 1 { report(block, "its number follows \(lastSequence), there is a gap") }
    lastSequence = block.row.sequence
    reserve(before: block.row.sequence)
    for fault in [block.fault, block.warrantFault].compactMap({ $0 }) { report(block, fault) }
    guard let posted = block.posted else { return }
    checkLink(block, posted)
    payments.step(posted, isPrimary: terms[posted.entry.asset]?.category == .federated)
    heads[posted.entry.asset] = Head(
      id: posted.entry.id, hash: posted.hash, datetime: posted.entry.datetime, assetSequence: posted.assetSequence)
    move(block, posted)
  }

  private mutating func report(_ block: LedgerAudit.Block, _ reason: String) {
    breaks.append(
      LedgerAudit.Break(row: "transaction \(block.row.sequence) (\(block.row.texts.uuid))", reason: reason))
  }

  private mutating func checkLink(_ block: LedgerAudit.Block, _ posted: Books.Posted) {
    let entry = posted.entry
    guard let head = heads[entry.asset] else {
      let isFirst = entry.action == .firstBlock && entry.previousID == entry.id && entry.previousHash.isEmpty
      if !isFirst || posted.assetSequence != 0 { report(block, "the chain does not begin with a first block") }
      return
    }
    if posted.assetSequence != head.assetSequence + 1 { report(block, "the chain has a gap before it") }
    if entry.previousID != head.id || entry.previousHash != head.hash {
      report(block, "it does not follow the block before it, \(head.id)")
    }
    if entry.datetime <= head.datetime { report(block, "it is not later than the block before it") }
  }

  /// Reserves and gives back what was before a transaction; no balance may be less than what lies fast in it.
  private mutating func reserve(before sequence: Int64) {
    let events = reservations.take(before: sequence)
    guard !events.isEmpty else { return }
    for event in events {
      let fault = melting.step(event)
      if let fault { breaks.append(LedgerAudit.Break(row: "reservation \(event.id)", reason: fault)) }
    }
    for holding in Set(events.map({ Holding(wallet: $0.wallet, asset: $0.asset) })) { checkIsCovered(holding) }
  }

  private mutating func checkIsCovered(_ holding: Holding) {
    let reserved = reservations.amount(of: holding.asset, in: holding.wallet)
    guard reserved != 0 else { return }
    let balance = balances[holding]?.value ?? 0
    guard !(0...max(0, balance)).contains(reserved) else { return }
    report(holding, "\(reserved) of it was reserved, of \(balance) that its transactions make")
  }

  private mutating func move(_ block: LedgerAudit.Block, _ posted: Books.Posted) {
    let entry = posted.entry
    guard let terms = terms[entry.asset] else {
      report(block, "its asset \(entry.asset) is not known")
      return
    }
    let posting = Posting(
      action: entry.action, sender: entry.sender, receiver: entry.receiver, terms: terms,
      amount: Amount(minorUnits: entry.amount))
    do {
      let movements = try PostingRules.movements(
        of: posting, correctionTakesFromSender: entry.receiver == primaryWallet)
      let standing = try settle(posting, movements, sequence: posted.sequence)
      supply[entry.asset, default: 0] += Int128(PostingRules.supplyChange(of: movements))
      if standing != block.row.standing {
        report(block, "its place in the histories of its balances is not what its transactions make")
      }
      let free = { [reservations] (wallet: EntityID, after: Int64?) in
        after.map { $0.saturatingDifference(reservations.amount(of: entry.asset, in: wallet)) }
      }
      checkIsCovered(Holding(wallet: entry.sender, asset: entry.asset))
      let faults = try melting.step(
        posted, senderAfter: free(entry.sender, standing.senderAfter),
        receiverAfter: free(entry.receiver, standing.receiverAfter))
      let cleared = clearing.step(
        posted, senderAfter: standing.senderAfter, receiverAfter: standing.receiverAfter)
      for fault in try faults + cleared + transfers.faults(of: posted) + memberships.faults(of: posted) {
        report(block, fault)
      }
    } catch {
      report(block, "it breaks a rule of money: \(error)")
    }
  }

  /// Moves the balances, and gives the place in their histories that the posting must have.
  private mutating func settle(
    _ posting: Posting, _ movements: [Movement], sequence: Int64
  ) throws -> Books.Standing {
    let sender = Holding(wallet: posting.sender, asset: posting.terms.asset)
    let receiver = Holding(wallet: posting.receiver, asset: posting.terms.asset)
    let before = (balances[sender]?.last, balances[receiver]?.last)
    for movement in movements {
      let holding = movement.wallet == sender.wallet ? sender : receiver
      balances[holding, default: Balance()].value = try PostingRules.balance(
        after: movement, from: balances[holding]?.value ?? 0)
    }
    for holding in sender == receiver ? [sender] : [sender, receiver] where balances[holding] != nil {
      balances[holding]?.last = sequence
      balances[holding]?.moves += 1
    }
    return Books.Standing(
      senderBefore: before.0, receiverBefore: before.1, senderAfter: balances[sender]?.value,
      receiverAfter: balances[receiver]?.value)
  }

  /// Holds the balances of the ledger against those that its transactions make, and the sums against the supply.
  /// - Returns: how many balances the ledger has.
  mutating func compare(with books: Books) throws -> Int {
    var count = 0
    reserve(before: .max)
    var held: [EntityID: Int128] = [:]
    var expected = balances
    let cursor = try Row.fetchCursor(
      books.database, sql: "SELECT wallet, asset, balance, last_transaction, moves, reserved FROM tokens")
    while let row = try cursor.next() {
      count += 1
      let holding = Holding(wallet: try row.id("wallet"), asset: try row.id("asset"))
      let stored = Balance(value: row[2], last: row[3], moves: row[4])
      held[holding.asset, default: 0] += Int128(stored.value)
      let (reserved, made): (Int64, Int64) = (row[5], reservations.amount(of: holding.asset, in: holding.wallet))
      if reserved != made { report(holding, "\(reserved) of it is reserved, its reservations make \(made)") }
      compare(stored, with: expected.removeValue(forKey: holding) ?? Balance(), of: holding)
    }
    for (holding, balance) in expected {
      report(holding, "it is missing, its transactions make \(balance.value)")
    }
    breaks += try melting.end(books)
    breaks += try payments.end(books)
    breaks += try ReservationAudit.end(books)
    breaks += try RefundAudit.end(books)
    breaks += clearing.end()
    breaks += try transfers.end() + memberships.end() + EntranceAudit(books).run()
    breaks += try books.wrongRefillMeans()
    for asset in terms.keys.sorted() where held[asset, default: 0] != supply[asset, default: 0] {
      let sums = "\(held[asset, default: 0]) is held, \(supply[asset, default: 0]) was created less paid out"
      breaks.append(LedgerAudit.Break(row: "asset \(asset)", reason: sums))
    }
    return count
  }

  private mutating func compare(_ stored: Balance, with made: Balance, of holding: Holding) {
    if stored.value != made.value { report(holding, "it is \(stored.value), its transactions make \(made.value)") }
    if stored.last != made.last || stored.moves != made.moves {
      let name = { (last: Int64?) in last.map { "transaction \($0)" } ?? "none" }
      report(
        holding,
        "it names \(name(stored.last)) as its last of \(stored.moves); its transactions make \(name(made.last)) of "
          + "\(made.moves)")
    }
  }

  private mutating func report(_ holding: Holding, _ reason: String) {
    breaks.append(
      LedgerAudit.Break(row: "balance of wallet \(holding.wallet) in asset \(holding.asset)", reason: reason))
  }
}
