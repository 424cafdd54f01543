import Model
import Signing
import Synchronization

/// Opens the primary wallet's key when something is to be signed, and keeps it open until another takes its place.
///
/// To open it takes milliseconds, which the writer must not spend for each record; what is kept is known by the encrypted
/// text that it came from, so a key that was rotated by another process is never signed with again.
final class ServerKeyring: Sendable {
  let secret: ServerSecret
  private let opened = Mutex<Opened?>(nil)

  private struct Opened {
    let sealed: String
    let key: RSAPrivateKey
  }

  init(secretPath: String) { secret = ServerSecret(path: secretPath) }

  /// One that has opened nothing yet, over the same secret.
  init(like other: ServerKeyring) { secret = other.secret }

  /// The key as the ledger has it in this transaction.
  /// - Throws: `Refusal` with `key_invalid` when there is none yet, or the server's secret is missing or another.
  func key(in books: Books) throws -> RSAPrivateKey {
    guard let sealed = try books.setting(.serverKey) else {
      throw Refusal(.keyInvalid, "This server has no key yet; start it once.")
    }
    if let opened = opened.withLock({ $0 }), opened.sealed == sealed { return opened.key }
    guard let phrase = try secret.read(), let key = try? RSAPrivateKey(sealed: sealed, passphrase: phrase) else {
      throw Refusal(
        .keyInvalid,
        "The server's key cannot be opened: put ledger.key back beside the database, from where you keep it.")
    }
    opened.withLock { $0 = Opened(sealed: sealed, key: key) }
    return key
  }
}
