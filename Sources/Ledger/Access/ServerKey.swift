import Model
import Signing

/// The RSA key of the server's primary wallet, which answers for the federated money.
///
/// Made at installation, kept encrypted in the database under the server's secret; its public half is the wallet's.
public struct ServerKey: Sendable {
  private let store: LedgerStore

  /// The key of this ledger.
  public init(store: LedgerStore) { self.store = store }

  /// Makes the key when there is none, at the first start of a ledger from before there were any, and writes down its
  /// authority when that is written nowhere.
  ///
  /// Without the server's secret a ledger that has its key is left as it is: it can be used, and what waits for a
  /// signature waits for the secret.
  /// - Throws: `Refusal` with `configuration_invalid` before installation, `store_unavailable`, `key_invalid`.
  public func ensure() async throws {
    let hasKey = try await store.read { try $0.setting(.serverKey) != nil }
    let made = hasKey ? nil : try make()
    guard try hasKey == false || store.keyring.secret.read() != nil else { return }
    try await store.writeAsLedger { ledger in
      if let made, try ledger.books.setting(.serverKey) == nil {
        guard try ledger.books.lastAuthority() == nil else {
          throw Refusal(.keyInvalid, "The server's key is gone from its database. Restore the last backup.")
        }
        try ledger.install(made)
      }
      try ledger.establishAuthorities()
    }
  }

  /// A key that is not the ledger's yet.
  struct Made: Sendable {
    let key: RSAPrivateKey
    /// Encrypted under the server's secret.
    let sealed: String
  }

  /// Makes a key, or takes the one that is at hand; makes the server's secret too when there is none.
  func make(from ready: RSAPrivateKey? = nil) throws -> Made {
    guard let key = try? ready ?? RSAPrivateKey.generate() else {
      throw Refusal(.keyInvalid, "No RSA key could be made.")
    }
    return Made(key: key, sealed: try key.sealed(passphrase: store.keyring.secret.readOrMake()))
  }

  /// The key itself, opened anew with the secret as it is now.
  /// - Throws: `Refusal` with `key_invalid` when the server's secret is missing or another.
  public func load() async throws -> RSAPrivateKey {
    let keyring = ServerKeyring(like: store.keyring)
    return try await store.read { try keyring.key(in: $0) }
  }
}

extension LedgerWriter {
  /// Makes a key the primary wallet's.
  func install(_ made: ServerKey.Made) throws {
    try books.setPublicKey(made.key.publicKey.pem, of: books.primaryWallet())
    try books.set(.serverKey, to: made.sealed)
  }
}
