import Glibc

/// The disk under the databases: what it costs to make a small append durable, which is what a commit must at least pay.
final class Disk {
  private let descriptor: Int32

  init(directory: String) throws {
    descriptor = open(directory + "/fsync", O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw BenchError("nothing can be written in \(directory)") }
  }

  deinit { close(descriptor) }

  /// Milliseconds of one append of 4 KiB, a page of SQLite, with its fsync.
  func append() throws -> Double {
    let page = [UInt8](repeating: 0x5A, count: 4096)
    let begin = ContinuousClock.now
    guard write(descriptor, page, page.count) == page.count, fsync(descriptor) == 0 else {
      throw BenchError("the disk refuses: \(String(cString: strerror(errno)))")
    }
    return (ContinuousClock.now - begin).milliseconds
  }
}
