import Glibc
import Model

/// A small file that only its owner may read, replaced whole or not at all.
enum PrivateFile {
  /// Writes to a new file, makes it durable, and puts it in the old one's place.
  /// - Throws: `Refusal` with code `store_unavailable`.
  static func write(_ bytes: [UInt8], to path: String) throws(Refusal) {
    let temporary = path + ".new"
    unlink(temporary)
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw failure(path) }
    let written = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
    giveToOwner(of: parent(of: path), descriptor)
    let isDurable = written == bytes.count && fsync(descriptor) == 0
    guard close(descriptor) == 0, isDurable, rename(temporary, path) == 0 else {
      unlink(temporary)
      throw failure(path)
    }
    syncDirectory(of: path)
  }

  /// Reads the file; nil when there is none.
  /// - Throws: `Refusal` with code `key_invalid` when others than its owner may read it.
  static func read(_ path: String) throws(Refusal) -> [UInt8]? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
    guard descriptor >= 0 else {
      if errno == ENOENT { return nil }
      throw Refusal(.storeUnavailable, "\(path) cannot be read: \(String(cString: strerror(errno))).")
    }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & 0o077 == 0 else {
      throw Refusal(.keyInvalid, "\(path) can be read by others than its owner. Repair it: chmod 600 \(path)")
    }
    var bytes = [UInt8](repeating: 0, count: Int(status.st_size))
    let count = bytes.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress, $0.count) }
    guard count == bytes.count else { throw failure(path) }
    return bytes
  }

  static func remove(_ path: String) { unlink(path) }

  private static func syncDirectory(of path: String) {
    let descriptor = open(parent(of: path), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    fsync(descriptor)
    close(descriptor)
  }

  /// An operator pairs as root; the daemon's user, to whom the directory belongs, has to read the file.
  private static func giveToOwner(of directory: String, _ descriptor: Int32) {
    var status = stat()
    guard geteuid() == 0, stat(directory, &status) == 0 else { return }
    _ = fchown(descriptor, status.st_uid, status.st_gid)
  }

  private static func parent(of path: String) -> String {
    let parent = path.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
    return parent.isEmpty ? (path.hasPrefix("/") ? "/" : ".") : parent
  }

  private static func failure(_ path: String) -> Refusal {
    Refusal(.storeUnavailable, "\(path) cannot be written: \(String(cString: strerror(errno))).")
  }
}
