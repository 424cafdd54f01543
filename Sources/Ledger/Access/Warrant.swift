import Model
import Signing

/// On whose signed request a block was made: kept with the block, so that the signature can be checked at any time.
///
/// The message itself is not kept: a PSS signature is over its SHA-256, and who sent it can show it.
struct Warrant: Hashable, Sendable {
  /// Who signed.
  enum Signer: Hashable, Sendable {
    /// A place's device, by the record that gave its key authority.
    case authority(Int64)
    /// A person, by their wallet's own key.
    case wallet(EntityID)
  }

  let signer: Signer
  let request: RequestSignature

  /// The record by which a device signed.
  var authority: Int64? { if case .authority(let number) = signer { number } else { nil } }

  /// The person's wallet that signed.
  var wallet: EntityID? { if case .wallet(let wallet) = signer { wallet } else { nil } }
}

/// A signature that was found right, and over what.
struct RequestSignature: Hashable, Sendable {
  /// SHA-256 of the signed bytes.
  let digest: [UInt8]
  /// RSASSA-PSS over it.
  let signature: [UInt8]

  /// Whether this key's owner signed it.
  func isValid(by key: RSAPublicKey) -> Bool { key.isValid(signature: signature, forDigest: digest) }
}
