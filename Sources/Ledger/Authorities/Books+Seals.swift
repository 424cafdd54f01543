import FedowProtocol
import Foundation
import GRDB
import Model
import Signing

/// The seals, and what of the blocks they cover.
extension Books {
  /// The columns in which a block keeps the signed request that it was made on, as they stand there.
  struct StoredWarrant: Hashable, Sendable {
    var authority: Int64?
    var wallet: String?
    var digest: [UInt8]?
    var signature: [UInt8]?

    /// Who signed, as a leaf names it.
    var signer: String? { authority.map { "authority:\($0)" } ?? wallet.map { "wallet:\($0)" } }

    /// Whether nobody but the ledger stands behind the block.
    var isEmpty: Bool { authority == nil && wallet == nil && digest == nil && signature == nil }
  }

  /// What a seal over the blocks of these numbers would cover.
  func leaves(from first: Int64, through last: Int64) throws -> [Seal.Leaf] {
    let cursor = try Row.fetchCursor(
      database.cachedStatement(
        sql: """
          SELECT sequence, hash, authority, request_wallet, request_digest, request_signature FROM transactions
          WHERE sequence BETWEEN ? AND ? ORDER BY sequence
          """), arguments: [first, last])
    var leaves: [Seal.Leaf] = []
    while let row = try cursor.next() {
      leaves.append(Seal.Leaf(sequence: row[0], hash: row[1], proof: StoredWarrant(row, at: 2)))
    }
    return leaves
  }

  private func seal(_ row: Row) throws -> Seal {
    let statement = Seal.Statement(
      number: row["number"], first: row["first"], last: row["last"], root: row["root"], authority: row["authority"],
      authorities: row["authorities"], authoritiesHash: row["authorities_hash"],
      at: LedgerTime(microseconds: row["at"]), previousHash: row["previous_hash"])
    return Seal(statement: statement, hash: row["hash"], signature: row.bytes("signature") ?? [])
  }

  /// The newest seal; nil before the first.
  func lastSeal() throws -> Seal? { try row("SELECT * FROM seals ORDER BY number DESC LIMIT 1").map(seal) }

  /// The seal over a block; nil when there is none yet.
  func seal(over sequence: Int64) throws -> Seal? {
    try row("SELECT * FROM seals WHERE last >= ? ORDER BY last, number LIMIT 1", [sequence]).map(seal)
  }

  /// The next seals in their order, those that end at this block or before it.
  func seals(after number: Int64, through last: Int64, limit: Int) throws -> [Seal] {
    try rows(
      "SELECT * FROM seals WHERE number > ? AND last <= ? ORDER BY number LIMIT ?", [number, last, limit]
    ).map(seal)
  }

  /// Adds a seal; it changes nothing that the writer remembers.
  func insert(_ seal: Seal) throws {
    let statement = seal.statement
    try executeRemembered(
      """
      INSERT INTO seals (number, first, last, root, authority, authorities, authorities_hash, at, previous_hash, hash,
        signature) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """,
      [
        statement.number, statement.first, statement.last, statement.root, statement.authority, statement.authorities,
        statement.authoritiesHash, statement.at.microseconds, statement.previousHash, seal.hash, Data(seal.signature),
      ])
  }

  /// The seal that is to be made next, not signed yet; nil when everything is under one.
  func unsealed(at now: LedgerTime) throws -> Seal.Statement? {
    guard let authority = try primaryAuthority(), let newest = try lastAuthority() else { return nil }
    let before = try lastSeal()
    let first = (before?.statement.last ?? 0) + 1
    let last = min(try lastSequence(), first + Seal.longest - 1)
    guard last >= first || before?.statement.authorities != newest.statement.number else { return nil }
    // A ledger whose blocks are not numbered from 1 in one row is broken, and no seal says otherwise.
    let leaves = try leaves(from: first, through: last)
    guard leaves.count == last - first + 1 else { throw Refusal(.ledgerBroken, "Blocks are missing after \(first).") }
    return Seal.Statement(
      number: (before?.statement.number ?? 0) + 1, first: first, last: last,
      root: Hexadecimal.encode(MerkleTree.root(of: leaves.map(\.treeHash))), authority: authority.statement.number,
      authorities: newest.statement.number, authoritiesHash: newest.hash, at: now, previousHash: before?.hash ?? "")
  }
}

extension Books.StoredWarrant {
  /// Reads four columns from this place on.
  init(_ row: Row, at index: Int) {
    authority = row[index]
    wallet = row[index + 1]
    digest = (row[index + 2] as Data?).map { Array($0) }
    signature = (row[index + 3] as Data?).map { Array($0) }
  }
}
