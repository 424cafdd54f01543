import FoundationEssentials
import Glibc
import Model

/// The thread behind `TraceReader`.
struct TraceReplay: Sendable {
  let path: String
  let pace: TraceReader.Pace
  let interrupt: InterruptPipe
  let emit: @Sendable (ReaderEvent) -> Void

  func run() {
    let reader = ReaderID("trace:\(path)")
    // A named pipe opened for both ends neither blocks here nor ends when a writer goes.
    let isPipe = Self.isPipe(path)
    let file = open(path, (isPipe ? O_RDWR | O_NONBLOCK : O_RDONLY) | O_CLOEXEC)
    guard file >= 0 else {
      emit(.state(reader, .faulted("\(path) cannot be read"), .now()))
      interrupt.wait(milliseconds: -1)
      return
    }
    defer { close(file) }
    var lines = TraceLines(file: file, interrupt: interrupt.readable)
    var start: (recorded: MonotonicTime, now: MonotonicTime)?
    while let line = lines.next() {
      guard let event = (try? JSONDecoder().decode(TraceLine.self, from: Data(line)))?.event else {
        emit(.state(reader, .faulted("a line of \(path) is no trace"), .now()))
        continue
      }
      let base = start ?? (event.instant, .now())
      start = base
      switch pace {
      case .immediate: emit(event)
      case .live: emit(event.moved(to: .now()))
      case .recorded:
        let due = base.now + (event.instant - base.recorded)
        guard waitUntil(due) else { return }
        emit(event.moved(to: due))
      }
    }
    interrupt.wait(milliseconds: -1)
  }

  /// - Returns: false when the waiting was interrupted.
  private func waitUntil(_ instant: MonotonicTime) -> Bool {
    let (seconds, attoseconds) = (instant - .now()).components
    // Rounded up: never before its time.
    let milliseconds = seconds * 1000 + (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000
    return !interrupt.wait(milliseconds: Int32(clamping: max(0, milliseconds)))
  }

  private static func isPipe(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFIFO
  }
}

/// The lines of a file or pipe, until its end or an interruption.
struct TraceLines {
  let file: Int32
  let interrupt: Int32
  private var buffer: [UInt8] = []

  init(file: Int32, interrupt: Int32) {
    self.file = file
    self.interrupt = interrupt
  }

  mutating func next() -> [UInt8]? {
    while true {
      if let end = buffer.firstIndex(of: UInt8(ascii: "\n")) {
        let line = Array(buffer[..<end])
        buffer.removeSubrange(...end)
        if !line.isEmpty { return line }
        continue
      }
      var sources = [
        pollfd(fd: file, events: Int16(POLLIN), revents: 0), pollfd(fd: interrupt, events: Int16(POLLIN), revents: 0),
      ]
      let count = poll(&sources, 2, -1)
      if count < 0, errno == EINTR { continue }
      if sources[1].revents != 0 { return nil }
      var bytes = [UInt8](repeating: 0, count: 4096)
      let length = read(file, &bytes, bytes.count)
      if length < 0, errno == EINTR || errno == EAGAIN { continue }
      guard length > 0 else { return nil }
      buffer.append(contentsOf: bytes.prefix(length))
    }
  }
}

extension ReaderEvent {
  fileprivate var instant: MonotonicTime {
    switch self {
    case .sighting(let sighting): sighting.instant
    case .state(_, _, let instant): instant
    }
  }

  fileprivate func moved(to instant: MonotonicTime) -> ReaderEvent {
    switch self {
    case .sighting(let sighting):
      .sighting(TagSighting(reader: sighting.reader, field: sighting.field, instant: instant))
    case .state(let reader, let state, _): .state(reader, state, instant)
    }
  }
}
