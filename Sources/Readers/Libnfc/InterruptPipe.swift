import CLinux
import Glibc

/// A descriptor that becomes readable once, for ever, to end the waiting of another thread.
final class InterruptPipe: Sendable {
  let readable: Int32

  init?() {
    readable = fedow_event_descriptor()
    guard readable >= 0 else { return nil }
  }

  deinit { close(readable) }

  func signal() { _ = fedow_event_signal(readable) }

  var isSignalled: Bool { wait(milliseconds: 0) }

  /// Waits so long; true when it was signalled.
  @discardableResult
  func wait(milliseconds: Int32) -> Bool {
    var source = pollfd(fd: readable, events: Int16(POLLIN), revents: 0)
    return poll(&source, 1, milliseconds) > 0
  }
}
