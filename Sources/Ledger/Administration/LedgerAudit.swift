import Dispatch
import FedowProtocol
import GRDB
import Model
import Synchronization

/// Recomputes the whole ledger from its transactions: every hash, every link, every balance, every asset's sum, the list of
/// each balance's transactions, and by whose authority each block was made: every signature and every seal.
public struct LedgerAudit: Sendable {
  /// What was found.
  public struct Verdict: Sendable {
    /// Blocks that were recomputed.
    public var transactions = 0
    /// Chains.
    public var assets = 0
    /// Balances.
    public var balances = 0
    /// By whose signatures the blocks stand.
    public var proof = Proof()
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
  private let root: String?
  /// More breaks than this are not listed: the first ones tell.
  private static let breakLimit = 100
  /// So many blocks are in memory at once, about 10 MB of them.
  private static let blocksAtOnce = 8192

  /// An audit of this store.
  /// - Parameter root: the fingerprint of the first key of authority, as it is known from elsewhere; nil: whatever it is.
  public init(store: LedgerStore, root: String? = nil) {
    self.store = store
    self.root = root
  }

  /// How many transactions there are to be recomputed.
  public func transactionCount() async throws -> Int64 { try await store.read { try $0.lastSequence() } }

  /// Reads everything in one snapshot, in memory that is bounded by the number of balances.
  ///
  /// - Parameter progress: is told how many blocks were recomputed, every few thousand.
  public func run(progress: @Sendable @escaping (Int) -> Void = { _ in }) async throws -> Verdict {
    try await store.read { [root] books in
      var proof = try ProofAudit(books, root: root)
      let now = (books.instant ?? LedgerTime.now()).microseconds
      var walk = try AuditWalk(books, now: now)
      // From the very first number that can be, so that nothing hides below 1.
      try books.eachTransactionRows(after: .min, atOnce: Self.blocksAtOnce) { rows in
        let blocks = Self.recompute(rows, try proof.keys(for: rows, books))
        for block in blocks { walk.step(block) }
        try proof.step(blocks, books)
        progress(walk.count)
        return walk.breaks.count + proof.breaks.count < Self.breakLimit
      }
      let isWhole = walk.breaks.count + proof.breaks.count < Self.breakLimit
      let balances = isWhole ? try walk.compare(with: books) : 0
      let signed = isWhole ? try proof.end(books) : Proof()
      return Verdict(
        transactions: walk.count, assets: walk.assetCount, balances: balances, proof: signed,
        breaks: Array((walk.breaks + proof.breaks).prefix(Self.breakLimit)))
    }
  }

  /// A row, read and hashed.
  struct Block: Sendable {
    let row: Books.TransactionRow
    /// The transaction; nil when the row is none.
    let posted: Books.Posted?
    /// What is wrong with it by itself.
    let fault: String?
    /// What is wrong with the signed request that it was made on.
    let warrantFault: String?
    /// What stands for it in its seal.
    let treeHash: [UInt8]

    init(_ row: Books.TransactionRow, _ keys: ProofAudit.Keys) {
      self.row = row
      warrantFault = keys.register.fault(of: row, walletKeys: keys.wallets)
      treeHash = Seal.Leaf(sequence: row.sequence, hash: row.hash, proof: row.warrant).treeHash
      do {
        let posted = try row.posted()
        self.posted = posted
        fault = posted.entry.hash == posted.hash ? nil : "its hash does not match its content"
      } catch {
        posted = nil
        fault = "\(error)"
      }
    }
  }

  /// The blocks of these rows, in their order: hashing is most of an audit's work, and no block's depends on another's.
  private static func recompute(_ rows: [Books.TransactionRow], _ keys: ProofAudit.Keys) -> [Block] {
    let slice = 512
    let slices = (rows.count + slice - 1) / slice
    let done = Mutex([[Block]](repeating: [], count: slices))
    DispatchQueue.concurrentPerform(iterations: slices) { index in
      let blocks = rows[(index * slice)..<min((index + 1) * slice, rows.count)].map { Block($0, keys) }
      done.withLock { $0[index] = blocks }
    }
    return done.withLock { $0.flatMap { $0 } }
  }
}
