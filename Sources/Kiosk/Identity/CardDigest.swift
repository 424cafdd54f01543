import Model
import Signing

/// What a kiosk's own records call a card: HMAC-SHA256 of its tag id under a key that only this kiosk has.
///
/// A stolen disk then names no card, and 2^32 tag ids cannot be tried without the key, which lies in a file of its own.
public struct CardDigest: Sendable {
  private let key: [UInt8]

  /// With this key of 32 bytes.
  public init(key: [UInt8]) { self.key = key }

  /// The digest of a tag id or another text, as 64 hexadecimal digits; that of nothing is nothing.
  public func callAsFunction(_ text: String) -> String {
    text.isEmpty ? "" : Hexadecimal.encode(HMAC.sha256(Array(text.utf8), key: key))
  }
}
