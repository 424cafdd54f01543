import FedowProtocol
import Model
import Signing

/// The identity file of a kiosk, `pairing.json` in its data directory, mode 0600.
public struct PairingFile: Sendable {
  private let directory: String

  /// The file of the kiosk with this data directory.
  public init(dataDirectory: String) {
    directory = dataDirectory.hasSuffix("/") ? String(dataDirectory.dropLast()) : dataDirectory
  }

  private var path: String { directory + "/pairing.json" }
  private var pendingKeyPath: String { directory + "/pairing.key" }

  /// Reads the pairing; nil when the kiosk has none.
  /// - Throws: `Refusal` with code `key_invalid` or `store_unavailable`.
  public func load() throws(Refusal) -> Pairing? {
    guard let bytes = try PrivateFile.read(path) else { return nil }
    return try Pairing(parsing: bytes)
  }

  /// Stores the pairing and drops the key that waited for it.
  /// - Throws: `Refusal` with code `store_unavailable`.
  public func store(_ pairing: Pairing) throws(Refusal) {
    try DataDirectory.make(directory)
    try PrivateFile.write(pairing.bytes, to: path)
    PrivateFile.remove(pendingKeyPath)
  }

  /// The key for a handshake, made durable before anything is sent: a crash between the ledger's acceptance and
  /// `store` must not lose the key that the ledger now knows. A key that waits from such a crash is taken up again.
  /// - Throws: `Refusal` with code `key_invalid` or `store_unavailable`.
  public func keyForHandshake() throws(Refusal) -> RSAPrivateKey {
    try DataDirectory.make(directory)
    if let bytes = try PrivateFile.read(pendingKeyPath),
      let key = try? RSAPrivateKey(pem: String(decoding: bytes, as: UTF8.self))
    {
      return key
    }
    guard let key = try? RSAPrivateKey.generate() else { throw Refusal(.keyInvalid, "No RSA key could be made.") }
    try PrivateFile.write(Array(key.pem.utf8), to: pendingKeyPath)
    return key
  }
}
