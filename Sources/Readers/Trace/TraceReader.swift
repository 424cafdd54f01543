import FoundationEssentials
import Glibc
import Model

/// Replays a recorded trace, at its own pace or as fast as it can be read; a named pipe is followed until it is closed.
public struct TraceReader: TagReader {
  /// How instants of the recording become instants of now.
  public enum Pace: Sendable {
    /// Each event as long after the one before as it was recorded.
    case recorded
    /// One after the other, with the instants of the recording.
    case immediate
    /// Each when its line arrives, with the present instant: for a named pipe that something writes into.
    case live
  }

  private let path: String
  private let pace: Pace

  /// The trace in this file.
  public init(path: String, pace: Pace) {
    self.path = path
    self.pace = pace
  }

  /// Replays to the end, then waits to be cancelled.
  public func run(_ emit: @escaping @Sendable (ReaderEvent) -> Void) async {
    guard let interrupt = InterruptPipe() else { return }
    let replay = TraceReplay(path: path, pace: pace, interrupt: interrupt, emit: emit)
    await BlockingThread.run({ replay.run() }, onCancel: { interrupt.signal() })
  }
}
