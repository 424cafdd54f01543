import FoundationEssentials
import Glibc
import Model
import Signing

/// The secret that the server's own keys are encrypted with: a file of mode 0600 beside the database and never in it, so
/// that a copy of the database alone gives nothing away.
public struct ServerSecret: Sendable {
  private let path: String

  /// The secret in this file.
  public init(path: String) { self.path = path }

  /// The secret, or nil when there is no file.
  /// - Throws: `Refusal` with `key_invalid` when the file is not what it should be.
  func read() throws(Refusal) -> [UInt8]? {
    guard let contents = FileManager.default.contents(atPath: path) else {
      guard !FileManager.default.fileExists(atPath: path) else { throw damaged }
      return nil
    }
    let text = String(decoding: contents, as: UTF8.self)
    guard let bytes = Hexadecimal.decode(String(text.prefix { !$0.isWhitespace })), bytes.count == 32 else {
      throw damaged
    }
    return bytes
  }

  /// The secret; a new one when there is no file yet.
  /// - Throws: `Refusal` with `store_unavailable` when it cannot be written to the disk.
  func readOrMake() throws(Refusal) -> [UInt8] {
    if let secret = try read() { return secret }
    let secret = SecureRandom.bytes(32)
    let text = Array((Hexadecimal.encode(secret) + "\n").utf8)
    let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw unwritable }
    defer { close(descriptor) }
    guard Glibc.write(descriptor, text, text.count) == text.count, fsync(descriptor) == 0 else { throw unwritable }
    return secret
  }

  private var damaged: Refusal {
    Refusal(.keyInvalid, "\(path) does not hold the server's secret. Put the file back from where you keep it.")
  }

  private var unwritable: Refusal { Refusal(.storeUnavailable, "The server's secret cannot be written to \(path).") }
}
