import Glibc
import Synchronization

/// How far a run has come, in one line at the terminal; nothing where there is none.
final class RunProgress: Sendable {
  private let taps: Int
  private let isShown: Bool
  private let done = Mutex(0)

  init(taps: Int, isShown: Bool) {
    self.taps = taps
    self.isShown = isShown && isatty(STDERR_FILENO) == 1
  }

  /// One tap more, after so many troubles.
  func step(troubles: Int) {
    let count = done.withLock { done in
      done += 1
      return done
    }
    if isShown { say("\r\(count) of \(taps) taps, \(troubles) troubles") }
  }

  /// Clears the line.
  func end() { if isShown { say("\r\u{1B}[K") } }

  private func say(_ text: String) { _ = write(STDERR_FILENO, text, text.utf8.count) }
}
