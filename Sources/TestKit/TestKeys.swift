import Signing

/// Keys that are made once for a whole run of tests: one takes a quarter of a second, and each ledger needs one.
public enum TestKeys {
  private static let ofServers = Result { try RSAPrivateKey.generate() }

  /// The key of every server.
  /// - Throws: `SigningError` when none could be made.
  public static func server() throws -> RSAPrivateKey { try ofServers.get() }
}
