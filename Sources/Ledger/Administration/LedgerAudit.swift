import FedowProtocol
import GRDB
import Model
import Rules

/// Recomputes the whole ledger from its transactions: every hash, every link, every balance, every asset's sum.
public struct LedgerAudit: Sendable {
  /// What was found.
  public struct Verdict: Sendable {
    /// Blocks that were recomputed.
    public var transactions = 0
    /// Chains.
    public var assets = 0
    /// Balances.
    public var balances = 0
    /// Every break, with its row; empty when the books are right.
    public var breaks: [Break] = []

    /// Whether nothing is broken.
    public var isSound: Bool { breaks.isEmpty }
  }

  /// Something that does not agree.
  public struct Break: Hashable, Sendable, CustomStringConvertible {
    /// The table's row: a transaction's number in the ledger, or wallet and asset.
    public let row: String
    /// What.
    public let reason: String

    /// Both.
    public var description: String { "\(row): \(reason)" }
  }

  private let store: LedgerStore
  /// More breaks than this are not listed: the first ones tell.
  private static let breakLimit = 100

  /// An audit of this store.
  public init(store: LedgerStore) { self.store = store }

  /// Reads everything in one snapshot.
  ///
  /// - Parameter progress: is told how many blocks were recomputed, every 10,000.
  public func run(progress: @Sendable @escaping (Int) -> Void = { _ in }) async throws -> Verdict {
    try await store.read { books in
      var walk = Walk(primaryWallet: try books.primaryWallet())
      for asset in try books.assets() { walk.terms[asset.uuid] = asset.terms }
      let cursor = try Row.fetchCursor(
        books.database, sql: Books.transactionColumns + " ORDER BY sequence")
      while let row = try cursor.next() {
        do {
          walk.step(try books.posted(row))
        } catch {
          walk.breaks.append(Break(row: "transaction \(row["sequence"] as Int64)", reason: "\(error)"))
        }
        walk.count += 1
        if walk.count.isMultiple(of: 10_000) { progress(walk.count) }
        if walk.breaks.count >= Self.breakLimit { break }
      }
      let balances = try Self.compareBalances(&walk, books: books)
      return Verdict(
        transactions: walk.count, assets: walk.terms.count, balances: balances,
        breaks: Array(walk.breaks.prefix(Self.breakLimit)))
    }
  }

  /// One walk along all chains at once.
  private struct Walk {
    let primaryWallet: EntityID
    var terms: [EntityID: AssetTerms] = [:]
    var heads: [EntityID: Books.Posted] = [:]
    var balances: [Holding: Int64] = [:]
    var supply: [EntityID: Int64] = [:]
    var lastSequence: Int64 = 0
    var count = 0
    var breaks: [Break] = []

    struct Holding: Hashable {
      let wallet: EntityID
      let asset: EntityID
    }

    init(primaryWallet: EntityID) { self.primaryWallet = primaryWallet }

    mutating func step(_ posted: Books.Posted) {
      let row = "transaction \(posted.sequence) (\(posted.entry.id))"
      let report = { (reason: String) in Break(row: row, reason: reason) }
      if posted.sequence != lastSequence + 1 {
        breaks.append(report("its number follows \(lastSequence), there is a gap"))
      }
      lastSequence = posted.sequence
      if posted.entry.hash != posted.hash { breaks.append(report("its hash does not match its content")) }
      checkLink(posted, report)
      heads[posted.entry.asset] = posted
      move(posted, report)
    }

    private mutating func checkLink(_ posted: Books.Posted, _ report: (String) -> Break) {
      let entry = posted.entry
      guard let head = heads[entry.asset] else {
        let isFirst = entry.action == .firstBlock && entry.previousID == entry.id && entry.previousHash.isEmpty
        if !isFirst || posted.assetSequence != 0 {
          breaks.append(report("the chain does not begin with a first block"))
        }
        return
      }
      if posted.assetSequence != head.assetSequence + 1 { breaks.append(report("the chain has a gap before it")) }
      if entry.previousID != head.entry.id || entry.previousHash != head.hash {
        breaks.append(report("it does not follow the block before it, \(head.entry.id)"))
      }
      if entry.datetime <= head.entry.datetime { breaks.append(report("it is not later than the block before it")) }
    }

    private mutating func move(_ posted: Books.Posted, _ report: (String) -> Break) {
      let entry = posted.entry
      guard let terms = terms[entry.asset] else {
        breaks.append(report("its asset \(entry.asset) is not known"))
        return
      }
      let posting = Posting(
        action: entry.action, sender: entry.sender, receiver: entry.receiver, terms: terms,
        amount: Amount(minorUnits: entry.amount))
      do {
        let movements = try PostingRules.movements(
          of: posting, correctionTakesFromSender: entry.receiver == primaryWallet)
        for movement in movements {
          let holding = Holding(wallet: movement.wallet, asset: entry.asset)
          balances[holding] = try PostingRules.balance(after: movement, from: balances[holding] ?? 0)
        }
        supply[entry.asset, default: 0] += PostingRules.supplyChange(of: movements)
      } catch {
        breaks.append(report("it breaks a rule of money: \(error)"))
      }
    }
  }

  private static func compareBalances(_ walk: inout Walk, books: Books) throws -> Int {
    var count = 0
    var held: [EntityID: Int64] = [:]
    let cursor = try Row.fetchCursor(books.database, sql: "SELECT wallet, asset, balance FROM tokens")
    while let row = try cursor.next() {
      count += 1
      let holding = Walk.Holding(wallet: try row.id("wallet"), asset: try row.id("asset"))
      let stored: Int64 = row["balance"]
      held[holding.asset, default: 0] += stored
      let computed = walk.balances.removeValue(forKey: holding) ?? 0
      if computed != stored {
        walk.breaks.append(
          Break(
            row: "balance of wallet \(holding.wallet) in asset \(holding.asset)",
            reason: "it is \(stored), its transactions make \(computed)"))
      }
    }
    for (holding, balance) in walk.balances where balance != 0 {
      walk.breaks.append(
        Break(
          row: "balance of wallet \(holding.wallet) in asset \(holding.asset)",
          reason: "it is missing, its transactions make \(balance)"))
    }
    for asset in walk.terms.keys.sorted() where held[asset, default: 0] != walk.supply[asset, default: 0] {
      walk.breaks.append(
        Break(
          row: "asset \(asset)",
          reason: "\(held[asset, default: 0]) is held, \(walk.supply[asset, default: 0]) was created less paid out"))
    }
    return count
  }
}
