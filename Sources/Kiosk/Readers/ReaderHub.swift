import Logging
import Model
import Readers
import Rules
import ServiceLifecycle

/// Runs the readers and brings what they see to the pipeline, in the order in which it came.
public struct ReaderHub: Service {
  /// How many events may wait; readers report changes only, so a full queue means that the pipeline stands still.
  private static let bound = 4096

  private let readers: any TagReader
  private let pipeline: TapPipeline
  private let board: ReaderBoard
  private let events: EventHub
  private let clock: any KioskClock
  private let logger: Logger

  /// A hub of these readers.
  public init(readers: any TagReader, kiosk: TapKiosk, clock: any KioskClock, logger: Logger) {
    self.readers = readers
    pipeline = kiosk.pipeline
    board = kiosk.board
    events = kiosk.events
    self.clock = clock
    self.logger = logger
  }

  /// Runs until the daemon stops.
  public func run() async {
    let (stream, input) = AsyncStream<(ReaderEvent, MonotonicTime)>.makeStream(
      bufferingPolicy: .bufferingOldest(Self.bound))
    await withTaskGroup { group in
      group.addTask { await readers.run { event in input.yield((event, clock.now())) } }
      var detector = TapDetector()
      for await (event, instant) in stream.cancelOnGracefulShutdown() {
        switch event {
        case .state(let reader, let state, _): note(reader, state)
        case .sighting(let sighting):
          if let outcome = detector.handle(sighting) { await pipeline.handle(outcome, at: instant) }
        }
      }
      group.cancelAll()
    }
  }

  private func note(_ reader: ReaderID, _ state: ReaderState) {
    guard board.note(reader, state) else { return }
    logger.info("reader", metadata: ["reader": "\(reader)", "state": "\(state)", "fault": "\(state.fault ?? "")"])
    events.publish(.reader, ReaderBoard.json(reader, state))
  }
}
