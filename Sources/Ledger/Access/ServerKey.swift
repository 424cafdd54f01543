import Model
import Signing

/// The RSA key of the server's primary wallet, which answers for the federated money.
///
/// Made at installation, kept encrypted in the database under the server's secret; its public half is the wallet's.
public struct ServerKey: Sendable {
  private let store: LedgerStore
  private let secret: ServerSecret

  /// The key of this ledger.
  /// - Parameter secretPath: the file of the server's secret; nil: `ledger.key` beside the database.
  public init(store: LedgerStore, secretPath: String? = nil) {
    self.store = store
    secret = ServerSecret(path: secretPath ?? store.defaultSecretPath)
  }

  /// Makes the key when there is none: at installation, and at the first start of a ledger from before there were any.
  /// - Throws: `Refusal` with `configuration_invalid` before installation, `store_unavailable`, `key_invalid`.
  public func ensure() async throws {
    guard try await store.read({ try $0.setting(.serverKey) }) == nil else { return }
    guard let key = try? RSAPrivateKey.generate() else { throw Refusal(.keyInvalid, "No RSA key could be made.") }
    let sealed = try key.sealed(passphrase: secret.readOrMake())
    try await store.write { books in
      guard try books.setting(.serverKey) == nil else { return }
      try books.setPublicKey(key.publicKey.pem, of: books.primaryWallet())
      try books.set(.serverKey, to: sealed)
    }
  }

  /// The key itself.
  /// - Throws: `Refusal` with `key_invalid` when the server's secret is missing or another.
  public func load() async throws -> RSAPrivateKey {
    guard let sealed = try await store.read({ try $0.setting(.serverKey) }), let phrase = try secret.read(),
      let key = try? RSAPrivateKey(sealed: sealed, passphrase: phrase)
    else {
      throw Refusal(
        .keyInvalid,
        "The server's key cannot be opened: put ledger.key back beside the database, from where you keep it.")
    }
    return key
  }
}

extension LedgerStore {
  /// `ledger.key` beside the database.
  var defaultSecretPath: String {
    let directory = pool.path.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
    return (directory.isEmpty ? "." : directory) + "/ledger.key"
  }
}
