/// Why a cryptographic step could not be done.
public struct SigningError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What failed, as a stable word.
  public let code: Code
  /// What OpenSSL said of it, for the log.
  public let cause: String

  /// The steps that can fail.
  public enum Code: String, Sendable {
    case keyGeneration = "key_generation"
    case keyMalformed = "key_malformed"
    case keyTooWeak = "key_too_weak"
    case signing
    case encryption
    case decryption
  }

  /// Both, for logs.
  public var description: String { cause.isEmpty ? code.rawValue : "\(code.rawValue): \(cause)" }
}
