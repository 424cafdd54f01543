import FoundationEssentials
import Glibc
import Model
import Synchronization

/// The file of a recording: one JSON object a line, as `TraceReader` replays it.
final class TraceRecorder: Sendable {
  private let descriptor: Mutex<Int32>

  /// Appends to the file, which is made when it is not there.
  /// - Throws: `Refusal` with code `configuration_invalid` when it cannot be written.
  init(path: String) throws(Refusal) {
    let file = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
    guard file >= 0 else { throw Refusal(.configurationInvalid, "The trace file \(path) cannot be written.") }
    descriptor = Mutex(file)
  }

  deinit { descriptor.withLock { _ = close($0) } }

  /// Adds an event. A full disk loses the line and nothing else: a trace is for diagnosis.
  func record(_ event: ReaderEvent) {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    guard let line = try? encoder.encode(TraceLine(event)) else { return }
    let bytes = Array(line) + [UInt8(ascii: "\n")]
    descriptor.withLock { _ = write($0, bytes, bytes.count) }
  }
}
