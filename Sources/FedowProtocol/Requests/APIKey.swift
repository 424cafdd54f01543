import Model
import Signing

/// An API key: 8 characters that may be shown, a point, 32 that may not.
public struct APIKey: Hashable, Sendable {
  /// The whole key.
  public let text: String

  /// Reads a key; nil when it does not have the form.
  public init?(_ text: String) {
    let bytes = Array(text.utf8)
    guard bytes.count == 41, bytes[8] == UInt8(ascii: "."), text.utf8.count(where: { $0 == UInt8(ascii: ".") }) == 1
    else { return nil }
    self.text = text
  }

  /// A new key, 190 bits of it secret.
  public static func generate() -> APIKey {
    APIKey(trusted: SecureRandom.alphanumeric(8) + "." + SecureRandom.alphanumeric(32))
  }

  private init(trusted text: String) { self.text = text }

  /// The part that finds it, and that may stand in logs.
  public var prefix: String { String(text.prefix(8)) }

  /// SHA-256 of the whole, the only thing to store: with so much randomness a slow hash would add nothing.
  public var digest: [UInt8] { SHA256.hash(Array(text.utf8)) }
}
