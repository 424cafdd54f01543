import Dispatch
import FedowProtocol
import Model
import Signing
import Synchronization

/// An audit's walk along the seals, beside the one along the blocks.
struct SealAudit {
  private let register: AuthorityRegister
  /// The hashes of blocks that no seal has covered yet, in their order.
  private var leaves: [[UInt8]] = []
  private var last: Seal?
  /// Blocks after the last seal that are more than any one seal covers.
  private var dropped = 0
  private(set) var count = 0
  private(set) var breaks: [LedgerAudit.Break] = []

  /// So many seals are in memory at once.
  private static let atOnce = 2048

  init(_ register: AuthorityRegister) { self.register = register }

  /// How many blocks stand under no seal yet.
  var unsealed: Int { leaves.count + dropped }

  /// How many records of authority do.
  var unsealedRecords: Int { register.records.count - Int(clamping: last?.statement.authorities ?? 0) }

  /// The number of the first block that is under none.
  var firstUnsealed: Int64 { (last?.statement.last ?? 0) &+ 1 }

  /// Takes the next blocks, and holds the seals that end with them or before against what they cover.
  mutating func step(_ blocks: [LedgerAudit.Block], _ books: Books) throws {
    leaves += blocks.map(\.treeHash)
    guard let end = blocks.last?.row.sequence else { return }
    try checkSeals(through: end, books)
    // No seal that is still to come can begin so far before its end.
    if leaves.count > Int(Seal.longest) {
      dropped += leaves.count
      leaves = []
    }
  }

  /// Looks for what is left after the last block.
  mutating func end(_ books: Books) throws { try checkSeals(through: .max, books) }

  private mutating func checkSeals(through end: Int64, _ books: Books) throws {
    while true {
      let seals = try books.seals(after: last?.statement.number ?? .min, through: end, limit: Self.atOnce)
      if seals.isEmpty { return }
      var used = 0
      for (seal, isSigned) in zip(seals, signatures(of: seals)) {
        check(seal, isSigned: isSigned, used: &used)
        last = seal
        count += 1
      }
      leaves.removeFirst(min(used, leaves.count))
    }
  }

  private mutating func check(_ seal: Seal, isSigned: Bool, used: inout Int) {
    let statement = seal.statement
    let before = last?.statement
    if statement.number != (before?.number ?? 0) &+ 1 { report(seal, "there is a gap before it") }
    if statement.previousHash != last?.hash ?? "" { report(seal, "it does not follow the seal before it") }
    if statement.first != (before?.last ?? 0) &+ 1 { report(seal, "it does not begin where the seal before it ended") }
    if !isSigned { report(seal, "it is not signed by the primary wallet's key") }
    checkRecords(seal, before)
    // Without overflow, because the numbers are whatever stands in the file.
    let size = Int(clamping: statement.last &- statement.first &+ 1)
    guard (0...Int(Seal.longest)).contains(size), used + size <= leaves.count else {
      return report(seal, "it covers blocks that there are not")
    }
    let root = Hexadecimal.encode(MerkleTree.root(of: Array(leaves[used..<(used + size)])))
    if root != statement.root { report(seal, "the blocks under it are not those that were sealed") }
    used += size
  }

  /// The records of authority that a seal knew stand before it, and those that it did not know count after it.
  private mutating func checkRecords(_ seal: Seal, _ before: Seal.Statement?) {
    let (statement, records) = (seal.statement, register.records)
    guard statement.authorities >= max(1, before?.authorities ?? 1), statement.authorities <= records.count else {
      return report(seal, "it covers records of authority that there are not")
    }
    let known = Int(statement.authorities)
    if records[known - 1].hash != statement.authoritiesHash {
      report(seal, "the records of authority are not those that were sealed")
    }
    if known < records.count, records[known].statement.after < statement.last {
      report(seal, "authority \(known + 1) is dated back before it")
    }
  }

  private mutating func report(_ seal: Seal, _ reason: String) {
    breaks.append(LedgerAudit.Break(row: "seal \(seal.statement.number)", reason: reason))
  }

  /// Whether each is what the primary wallet's key of its time signed; on all cores, because it is most of the work.
  private func signatures(of seals: [Seal]) -> [Bool] {
    let register = register
    let slice = 64
    let slices = (seals.count + slice - 1) / slice
    let done = Mutex([[Bool]](repeating: [], count: slices))
    DispatchQueue.concurrentPerform(iterations: slices) { index in
      let results = seals[(index * slice)..<min((index + 1) * slice, seals.count)].map { seal in
        let (statement, digest) = (seal.statement, SHA256.hash(Array(seal.statement.text.utf8)))
        return Hexadecimal.encode(digest) == seal.hash
          && register.primary(of: statement.authorities) == statement.authority
          && register.key(of: statement.authority)?.isValid(signature: seal.signature, forDigest: digest) == true
      }
      done.withLock { $0[index] = results }
    }
    return done.withLock { $0.flatMap { $0 } }
  }
}
