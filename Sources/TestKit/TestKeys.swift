import Signing
import Synchronization

/// Keys that are made once for a whole run of tests: one takes a quarter of a second, and each ledger needs some.
public enum TestKeys {
  private static let ofServers = Result { try RSAPrivateKey.generate() }
  private static let ofTills = Mutex<[Int: Result<RSAPrivateKey, any Error>]>([:])

  /// The key of every server.
  /// - Throws: `SigningError` when none could be made.
  public static func server() throws -> RSAPrivateKey { try ofServers.get() }

  /// The key of a ledger's till of this number.
  /// - Throws: `SigningError` when none could be made.
  public static func till(_ number: Int) throws -> RSAPrivateKey {
    let key = ofTills.withLock { keys in
      let key = keys[number] ?? Result { try RSAPrivateKey.generate() }
      keys[number] = key
      return key
    }
    return try key.get()
  }
}
