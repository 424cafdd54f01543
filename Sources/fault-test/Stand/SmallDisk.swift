import Foundation
import Glibc

/// A disk of a few megabytes, in memory, that can be filled to its last byte: a tmpfs over a directory.
final class SmallDisk: Sendable {
  private static let megabytes = 48
  private let path: String
  private var ballast: String { path + "/ballast" }

  /// - Returns: nil where none may be mounted.
  init?(over path: String) {
    self.path = path
    try? FileManager.default.createDirectory(
      atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    let size = "size=\(Self.megabytes)m,mode=0700"
    guard PrivateMounts.isInside, mount("tmpfs", path, "tmpfs", 0, size) == 0 else { return nil }
  }

  /// Takes all the space but so many bytes.
  /// - Throws: `Breach` when the disk does not become full.
  func fill(leaving bytes: Int) throws {
    let file = open(ballast, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
    guard file >= 0 else { throw Breach("no ballast in \(path)") }
    defer { close(file) }
    let block = [UInt8](repeating: 0xAA, count: 4096)
    while write(file, block, block.count) > 0 {}
    guard errno == ENOSPC else { throw Breach("\(path) does not become full: \(errno)") }
    if bytes > 0 { ftruncate(file, max(0, lseek(file, 0, SEEK_END) - bytes)) }
  }

  /// Gives the space back.
  func free() { unlink(ballast) }

  /// Copies what is on it beside it.
  func keep() {
    free()
    try? FileManager.default.copyItem(atPath: path, toPath: path + ".kept")
  }

  /// Takes the disk away, with all that is on it.
  func remove() { umount2(path, Int32(MNT_DETACH)) }
}
