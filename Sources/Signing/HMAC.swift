/// HMAC (RFC 2104) with SHA-256.
public enum HMAC {
  private static let block = 64

  /// The 32 bytes of the code.
  public static func sha256(_ message: [UInt8], key: [UInt8]) -> [UInt8] {
    let key = key.count > block ? SHA256.hash(key) : key
    let padded = key + [UInt8](repeating: 0, count: block - key.count)
    let inner = SHA256.hash(padded.map { $0 ^ 0x36 } + message)
    return SHA256.hash(padded.map { $0 ^ 0x5C } + inner)
  }
}
