import Glibc

/// What ends every wait of a stand-in's threads at once: a pipe that is closed once and read by nobody.
final class Interruption: Sendable {
  private let readEnd: Int32
  private let writeEnd: Int32

  init() {
    var ends: [Int32] = [-1, -1]
    _ = pipe(&ends)
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    (readEnd, writeEnd) = (ends[0], ends[1])
  }

  deinit {
    close(readEnd)
    close(writeEnd)
  }

  /// Ends the waits of now and those to come.
  func interrupt() { _ = write(writeEnd, [1], 1) }

  /// Why a wait ended.
  enum End { case ready, elapsed, interrupted }

  /// Waits until the descriptor has news (none: -1), the time is over, or somebody interrupts.
  func wait(_ descriptor: Int32 = -1, for duration: Duration) -> End {
    let deadline = ContinuousClock.now + duration
    while true {
      let left = (deadline - .now).components
      let milliseconds = max(0, left.seconds * 1000 + left.attoseconds / 1_000_000_000_000_000)
      var sources = [
        pollfd(fd: readEnd, events: Int16(POLLIN), revents: 0),
        pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0),
      ]
      let count = poll(&sources, 2, Int32(clamping: milliseconds))
      if sources[0].revents != 0 { return .interrupted }
      if count > 0 { return .ready }
      if count == 0 { return .elapsed }
      guard errno == EINTR else { return .interrupted }
    }
  }
}
