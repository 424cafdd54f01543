import FedowProtocol
import Model
import Signing

/// The primary wallet's signature over a run of blocks, whoever made them, and over who had authority then.
///
/// Seals stand in a chain and leave no block out, so that every block is under a signature of an authority: what the
/// server makes by itself too. A Merkle tree stands for the blocks, so that one of them can be shown to be under a seal
/// without the others.
public struct Seal: Hashable, Sendable {
  /// What is signed.
  public struct Statement: Hashable, Sendable {
    /// Its number, from 1.
    public let number: Int64
    /// The first block's number in the ledger.
    public let first: Int64
    /// The last one's; one less than `first` for a seal over records of authority alone.
    public let last: Int64
    /// The hash that stands for the blocks, 64 hexadecimal digits.
    public let root: String
    /// The record by which the signing key has its authority.
    public let authority: Int64
    /// How many records of authority there were.
    public let authorities: Int64
    /// The hash of the last of them.
    public let authoritiesHash: String
    /// When it was made.
    public let at: LedgerTime
    /// The hash of the seal before; empty for the first.
    public let previousHash: String

    /// The text that is signed and hashed: compact JSON with its fields in this order.
    public var text: String {
      JSON.object(
        JSONObject([
          ("seal", JSON(number)), ("first", JSON(first)), ("last", JSON(last)), ("root", JSON(root)),
          ("authority", JSON(authority)), ("authorities", JSON(authorities)),
          ("authorities_hash", JSON(authoritiesHash)), ("at", JSON(at.wire)), ("previous", JSON(previousHash)),
        ])
      ).compact
    }
  }

  /// What is signed.
  public let statement: Statement
  /// SHA-256 of the statement's text, 64 lower-case hexadecimal digits.
  public let hash: String
  /// By the key of the record that the statement names.
  public let signature: [UInt8]

  /// The seal as anyone may read it.
  public var json: JSON {
    [
      "number": JSON(statement.number), "statement": JSON(statement.text), "hash": JSON(hash),
      "signature": JSON(Base64URL.encode(signature)),
    ]
  }
}

extension Seal {
  /// So many blocks stand under one seal at the most: a path from a block to it has 12 steps then.
  static let longest: Int64 = 4096

  /// What of a block goes into the tree.
  struct Leaf: Sendable {
    let sequence: Int64
    let hash: String
    let proof: Books.StoredWarrant

    /// `NUMBER HASH SIGNER DIGEST SIGNATURE` with single spaces; a dash for each that there is not.
    var text: String { String(decoding: bytes, as: UTF8.self) }

    /// The text's characters.
    var bytes: [UInt8] {
      var bytes: [UInt8] = []
      bytes.reserveCapacity(520)
      bytes += String(sequence).utf8
      bytes.append(UInt8(ascii: " "))
      bytes += hash.utf8
      bytes.append(UInt8(ascii: " "))
      bytes += (proof.signer ?? "-").utf8
      bytes.append(UInt8(ascii: " "))
      bytes += proof.digest.map { Array(Hexadecimal.encode($0).utf8) } ?? [UInt8(ascii: "-")]
      bytes.append(UInt8(ascii: " "))
      bytes += proof.signature.map { Base64URL.characters(of: $0) } ?? [UInt8(ascii: "-")]
      return bytes
    }

    /// Its hash in the tree.
    var treeHash: [UInt8] { MerkleTree.leaf(bytes) }
  }
}
