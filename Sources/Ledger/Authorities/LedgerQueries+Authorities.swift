import FedowProtocol
import Model
import Signing

/// What an outsider needs to check by whose authority a block was made, with public keys alone (docs/proof-of-authority.md).
extension LedgerQueries {
  /// The most records in one answer.
  static let authorityLimit = 1000

  /// `GET /v1/authorities/`: the chain of authorities after a record, oldest first.
  public func authorities(after number: Int64) async throws -> Answer {
    try await store.read { books in
      let records = try books.authorities(after: number, limit: Self.authorityLimit)
      return Answer([
        "authorities": .array(records.map(\.json)), "last": JSON(try books.lastAuthority()?.statement.number ?? 0),
      ])
    }
  }

  /// `GET /v1/transactions/{uuid}/proof/`: a block, the request that it was made on, and the way to its seal.
  /// - Throws: `Refusal` with `not_found`.
  public func proof(of transaction: EntityID) async throws -> Answer {
    try await store.read { books in
      guard let posted = try books.transaction(transaction),
        let leaf = try books.leaves(from: posted.sequence, through: posted.sequence).first
      else { throw Refusal(.notFound, "There is no transaction \(transaction).") }
      let seal = try books.seal(over: posted.sequence)
      return Answer([
        "format": 1, "transaction": JSON(posted.entry.id.text), "sequence": JSON(posted.sequence),
        "block": ["content": JSON(posted.entry.canonicalText), "hash": JSON(posted.hash)],
        "request": try Self.request(leaf.proof, books), "leaf": JSON(leaf.text),
        "seal": try seal.map { try Self.way(from: posted.sequence, to: $0, books) } ?? .null,
        "authorities": .array(try books.authorities(concerning: leaf.proof.authority).map(\.json)),
      ])
    }
  }

  private static func request(_ warrant: Books.StoredWarrant, _ books: Books) throws -> JSON {
    guard let signer = warrant.signer, let digest = warrant.digest, let signature = warrant.signature else {
      return .null
    }
    let key =
      try warrant.authority.flatMap { try books.authority($0)?.statement.publicKey }
      ?? warrant.wallet.flatMap { EntityID($0) }.flatMap { try books.walletPublicKey($0) }
    return [
      "signer": JSON(signer), "public_key": JSON(key), "digest": JSON(Hexadecimal.encode(digest)),
      "signature": JSON(Base64URL.encode(signature)),
    ]
  }

  private static func way(from sequence: Int64, to seal: Seal, _ books: Books) throws -> JSON {
    let statement = seal.statement
    let leaves = try books.leaves(from: statement.first, through: statement.last)
    let path = MerkleTree.path(to: Int(sequence - statement.first), in: leaves.map(\.treeHash))
    var json = seal.json.object ?? JSONObject()
    json["path"] = .array(
      path.map { ["side": JSON($0.side.rawValue), "hash": JSON(Hexadecimal.encode($0.hash))] })
    return .object(json)
  }
}

extension Books {
  /// The records that a proof rests on: those of the primary wallet's keys, the signer's, and what ended that one.
  fileprivate func authorities(concerning number: Int64?) throws -> [AuthorityRecord] {
    try authorities().filter {
      $0.statement.isPrimary || $0.statement.number == number || (number != nil && $0.statement.ends == number)
    }
  }
}
