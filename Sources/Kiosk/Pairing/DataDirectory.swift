import Glibc
import Model

/// The directory of the pairing and the store.
public enum DataDirectory {
  /// Makes the directory and those above it, for its owner's eyes only; what exists is left as it is.
  /// - Throws: `Refusal` with code `store_unavailable`.
  public static func make(_ path: String) throws(Refusal) {
    var made = ""
    for part in path.split(separator: "/", omittingEmptySubsequences: false) {
      made += part + "/"
      guard mkdir(made, 0o700) == 0 || errno == EEXIST || errno == EISDIR else {
        throw Refusal(.storeUnavailable, "\(made) cannot be made: \(String(cString: strerror(errno))).")
      }
    }
  }
}
