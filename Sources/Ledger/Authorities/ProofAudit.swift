import FedowProtocol
import Model
import Signing

/// What an audit recomputes of who made the blocks: the chain of authorities, each block's request, the seals.
struct ProofAudit {
  let register: AuthorityRegister
  private var seals: SealAudit
  private var walletKeys: [String: RSAPublicKey] = [:]
  private var byPlaces = 0
  private var byPersons = 0

  /// So many keys of people are kept in memory.
  private static let keyLimit = 10_000

  /// - Parameter root: the fingerprint that the first key must have; nil: whatever it is.
  init(_ books: Books, root: String?) throws {
    register = try AuthorityRegister(books, root: root)
    seals = SealAudit(register)
  }

  /// What was found wrong, beside what the blocks themselves say.
  var breaks: [LedgerAudit.Break] { register.breaks + seals.breaks }

  /// What the signatures of these rows are checked with.
  mutating func keys(for rows: [Books.TransactionRow], _ books: Books) throws -> Keys {
    if walletKeys.count > Self.keyLimit { walletKeys = [:] }
    for wallet in Set(rows.compactMap(\.warrant.wallet)) where walletKeys[wallet] == nil {
      guard let id = EntityID(wallet), let pem = try books.walletPublicKey(id) else { continue }
      walletKeys[wallet] = try? RSAPublicKey(pem: pem)
    }
    return Keys(register: register, wallets: walletKeys)
  }

  /// What the signatures of some rows are checked with.
  struct Keys: Sendable {
    let register: AuthorityRegister
    let wallets: [String: RSAPublicKey]
  }

  mutating func step(_ blocks: [LedgerAudit.Block], _ books: Books) throws {
    byPlaces += blocks.count { $0.row.warrant.authority != nil }
    byPersons += blocks.count { $0.row.warrant.wallet != nil }
    try seals.step(blocks, books)
  }

  /// - Returns: what was counted.
  mutating func end(_ books: Books) throws -> LedgerAudit.Proof {
    try seals.end(books)
    let oldest = seals.unsealed == 0 ? nil : try books.transaction(sequence: seals.firstUnsealed)?.entry.datetime
    return LedgerAudit.Proof(
      authorities: register.records.count, seals: seals.count, signedByPlaces: byPlaces, signedByPersons: byPersons,
      unsealed: seals.unsealed, unsealedSince: oldest, unsealedAuthorities: seals.unsealedRecords,
      root: register.records.first?.statement.publicKey.map { AuthorityRecord.fingerprint(of: $0) })
  }
}

extension LedgerAudit {
  /// By whose signatures the blocks stand.
  public struct Proof: Hashable, Sendable {
    /// Records of authority.
    public var authorities = 0
    /// Seals.
    public var seals = 0
    /// Blocks that carry the signature of a place's device; the others' only authority is the seal's.
    public var signedByPlaces = 0
    /// Blocks that carry a person's.
    public var signedByPersons = 0
    /// Blocks at the very end that are under no seal yet.
    public var unsealed = 0
    /// When the first of them was posted.
    public var unsealedSince: LedgerTime?
    /// Records of authority at the very end that are under none.
    public var unsealedAuthorities = 0
    /// The fingerprint of the first key, from which all authority comes; nil when none is written down.
    public var root: String?
  }
}
