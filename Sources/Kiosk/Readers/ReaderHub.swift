import Logging
import Model
import ServiceLifecycle

/// Runs the readers and brings what they see to the pipeline, in the order in which it came.
public struct ReaderHub: Service {
  /// One source of reader events: runs until it is cancelled and calls back with each event.
  public typealias Source = @Sendable (_ emit: @escaping @Sendable (ReaderEvent) -> Void) async -> Void

  /// How many events may wait; readers report changes only, so a full queue means that the pipeline stands still.
  private static let bound = 4096

  private let sources: [Source]
  private let detect: @Sendable (TagSighting) -> TapNews?
  private let pipeline: TapPipeline
  private let board: ReaderBoard
  private let events: EventHub
  private let clock: any KioskClock
  private let logger: Logger

  /// A hub of these readers.
  /// - Parameter detect: makes taps of sightings; called with one sighting after the other.
  public init(
    sources: [Source], detect: @escaping @Sendable (TagSighting) -> TapNews?, pipeline: TapPipeline, board: ReaderBoard,
    events: EventHub, clock: any KioskClock, logger: Logger
  ) {
    self.sources = sources
    self.detect = detect
    self.pipeline = pipeline
    self.board = board
    self.events = events
    self.clock = clock
    self.logger = logger
  }

  /// Runs until the daemon stops.
  public func run() async {
    let (stream, input) = AsyncStream<(ReaderEvent, MonotonicTime)>.makeStream(
      bufferingPolicy: .bufferingOldest(Self.bound))
    await withTaskGroup { group in
      for source in sources {
        group.addTask { await source { event in input.yield((event, self.clock.now())) } }
      }
      for await (event, instant) in stream.cancelOnGracefulShutdown() { await take(event, at: instant) }
      group.cancelAll()
    }
  }

  private func take(_ event: ReaderEvent, at instant: MonotonicTime) async {
    switch event {
    case .state(let reader, let state, _):
      guard board.note(reader, state) else { return }
      logger.info("reader", metadata: ["reader": "\(reader)", "state": "\(state)", "fault": "\(state.fault ?? "")"])
      events.publish(.reader, ReaderBoard.json(reader, state))
    case .sighting(let sighting):
      if let news = detect(sighting) { await pipeline.handle(news, at: instant) }
    }
  }
}
