import FedowProtocol
import Model
import Signing

/// One link in the chain of who has authority over this ledger: a key got it, or lost it, from a block on.
///
/// Each is signed by the primary wallet's key as it was before it, so whoever knows the first key can follow who could
/// make which block. What authority a key had at a block follows from the records alone.
public struct AuthorityRecord: Hashable, Sendable {
  /// What became of a key.
  public enum Kind: String, Sendable, CaseIterable {
    /// The primary wallet's first key, which signs itself.
    case root
    /// A device's key may make its place's blocks.
    case grant
    /// A key takes the place of the one that it names; both signed.
    case rotation
    /// The key that it names makes no block any more.
    case revocation
  }

  /// What is signed.
  public struct Statement: Hashable, Sendable {
    /// Its number in the chain of records, from 1.
    public let number: Int64
    /// What became of the key.
    public let kind: Kind
    /// Whose key it is: a device, or the primary wallet.
    public let holder: EntityID
    /// The device's place; nil for the primary wallet.
    public let place: EntityID?
    /// The key, PEM; nil when it is taken away.
    public let publicKey: String?
    /// The record whose key has no authority any more.
    public let ends: Int64?
    /// The last block before it counts: it holds for those with a greater number in the ledger.
    public let after: Int64
    /// When it was written.
    public let at: LedgerTime
    /// Why, in a word: `installed`, `found`, `paired`, `enrolled`, `enabled`, `rotated`, `revoked`, `disabled`.
    public let reason: String
    /// SHA-256 of the request by which a new key asked for it, which that key signed; nil where there was none.
    public let requestDigest: [UInt8]?
    /// The hash of the record before it; empty for the first.
    public let previousHash: String

    /// The text that is signed and hashed: compact JSON with its fields in this order.
    public var text: String {
      JSON.object(
        JSONObject([
          ("number", JSON(number)), ("kind", JSON(kind.rawValue)), ("holder", JSON(holder.text)),
          ("place", JSON(place?.text)), ("public_key", JSON(publicKey)), ("ends", ends.map { JSON($0) } ?? .null),
          ("after", JSON(after)), ("at", JSON(at.wire)), ("reason", JSON(reason)),
          ("request", JSON(requestDigest.map { Hexadecimal.encode($0) })), ("previous", JSON(previousHash)),
        ])
      ).compact
    }
  }

  /// What is signed.
  public let statement: Statement
  /// SHA-256 of the statement's text, 64 lower-case hexadecimal digits.
  public let hash: String
  /// By the primary wallet's key as it was before this record; the first signs itself.
  public let signature: [UInt8]
  /// By the new key: over the request that the statement names, else over the statement; nil where no key could be asked.
  public let countersignature: [UInt8]?

  /// The record as anyone may read it.
  public var json: JSON {
    [
      "number": JSON(statement.number), "kind": JSON(statement.kind.rawValue), "holder": JSON(statement.holder.text),
      "place": JSON(statement.place?.text), "ends": statement.ends.map { JSON($0) } ?? .null,
      "after": JSON(statement.after), "at": JSON(statement.at.wire), "reason": JSON(statement.reason),
      "fingerprint": JSON(statement.publicKey.map { Self.fingerprint(of: $0) }),
      "statement": JSON(statement.text), "hash": JSON(hash), "signature": JSON(Base64URL.encode(signature)),
      "countersignature": JSON(countersignature.map { Base64URL.encode($0) }),
    ]
  }

  /// By what people know a key: SHA-256 of its PEM, in hexadecimal.
  public static func fingerprint(of publicKey: String) -> String { SHA256.hex(of: publicKey) }
}

extension AuthorityRecord.Statement {
  /// Whether it is about the primary wallet's key.
  var isPrimary: Bool { place == nil }
}
