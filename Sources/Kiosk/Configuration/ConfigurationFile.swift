import Glibc
import Model

/// A configuration on the disk.
public enum ConfigurationFile {
  private static let longest = 1 << 20

  /// Reads and checks the file.
  /// - Throws: `Refusal` with code `configuration_invalid`.
  public static func load(_ path: String) throws(Refusal) -> KioskConfiguration {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw Refusal(.configurationInvalid, "\(path) cannot be read: \(String(cString: strerror(errno))).")
    }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: longest)
    var length = 0
    while length < longest {
      let count = bytes.withUnsafeMutableBytes {
        read(descriptor, $0.baseAddress?.advanced(by: length), longest - length)
      }
      guard count >= 0 else {
        throw Refusal(.configurationInvalid, "\(path) cannot be read: \(String(cString: strerror(errno))).")
      }
      if count == 0 { break }
      length += count
    }
    guard length < longest, let text = String(validating: bytes.prefix(length), as: UTF8.self) else {
      throw Refusal(.configurationInvalid, "\(path) is not a text of at most 1 MiB.")
    }
    do {
      return try KioskConfiguration(toml: text)
    } catch {
      throw Refusal(error.code, "\(path): \(error.sentence)")
    }
  }
}
