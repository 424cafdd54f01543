import Model
import Signing

/// `card.key` in the data directory, mode 0600: the key of `CardDigest`, made when the store is first opened.
///
/// It stays through a new pairing, because sums that are outstanding are kept under its digests.
public struct CardKeyFile: Sendable {
  private static let length = 32
  private let path: String

  /// The key's file in this directory.
  public init(directory: String) { path = directory + "/card.key" }

  /// The digest with the key that is there, or with a new one.
  /// - Throws: `Refusal` with code `key_invalid` or `store_unavailable`.
  public func digest() throws(Refusal) -> CardDigest {
    if let key = try PrivateFile.read(path) {
      guard key.count == Self.length else {
        throw Refusal(
          .keyInvalid, "\(path) is damaged. Put it back from a backup; without it nothing offline is known.")
      }
      return CardDigest(key: key)
    }
    let key = SecureRandom.bytes(Self.length)
    try PrivateFile.write(key, to: path)
    return CardDigest(key: key)
  }
}
