import Glibc

/// An advisory lock (flock) on the serial line of a connection string, because two processes on one line corrupt each
/// other's frames and libnfc takes no lock itself.
final class SerialLineLock {
  private let descriptor: Int32

  /// The path in `driver:/dev/tty...[:speed]`, or nil when the device is not on a serial line.
  static func path(of connstring: String) -> String? {
    let parts = connstring.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count >= 2, parts[1].hasPrefix("/") else { return nil }
    return String(parts[1])
  }

  /// Why the line cannot be had.
  enum Failure: Error {
    case absent
    case busy
  }

  /// Locks the line until this object goes.
  init(path: String) throws(Failure) {
    let descriptor = open(path, O_RDONLY | O_NOCTTY | O_NONBLOCK | O_CLOEXEC)
    guard descriptor >= 0 else { throw .absent }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      close(descriptor)
      throw .busy
    }
    self.descriptor = descriptor
  }

  deinit { close(descriptor) }
}
