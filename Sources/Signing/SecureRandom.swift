/// Secrets from the system's generator.
public enum SecureRandom {
  private static let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789".utf8)

  /// So many random bytes.
  public static func bytes(_ count: Int) -> [UInt8] {
    var generator = SystemRandomNumberGenerator()
    return (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
  }

  /// So many characters of A-Z, a-z and 0-9 (5.95 bits each), for keys that people copy.
  public static func alphanumeric(_ count: Int) -> String {
    var generator = SystemRandomNumberGenerator()
    let characters = (0..<count).map { _ in letters[Int.random(in: letters.indices, using: &generator)] }
    return String(decoding: characters, as: UTF8.self)
  }
}
