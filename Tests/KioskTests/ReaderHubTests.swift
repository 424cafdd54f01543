import Kiosk
import Logging
import Model
import Readers
import Testing

@Suite(.timeLimit(.minutes(10))) struct ReaderHubTests {
  /// Says what the test wants it to have seen, then waits to be cancelled.
  private struct ScriptedReader: TagReader {
    let events: [ReaderEvent]

    func run(_ emit: @escaping @Sendable (ReaderEvent) -> Void) async {
      for event in events { emit(event) }
      var forever = AsyncStream<Never> { _ in }.makeAsyncIterator()
      _ = await forever.next()
    }
  }

  private let reader = ReaderID("test")

  private func sighting(_ field: TagSighting.Field) -> ReaderEvent {
    .sighting(TagSighting(reader: reader, field: field, instant: MonotonicTime(nanoseconds: 1)))
  }

  @Test func statesGoOnTheBoardOnceAndACardThatStaysTapsOnce() async throws {
    let bench = try await KioskBench()
    let card = sighting(.tag(try TagUID(hex: "68B87420"), .mifareClassic1K))
    let idle = ReaderEvent.state(reader, .idle, MonotonicTime(nanoseconds: 1))
    let faulted = ReaderEvent.state(reader, .faulted("unplugged"), MonotonicTime(nanoseconds: 1))
    let scripted = ScriptedReader(events: [idle, idle, card, card, faulted])
    var events = bench.kiosk.events.watch().makeAsyncIterator()
    let hub = ReaderHub(
      readers: scripted, kiosk: bench.kiosk, clock: bench.clock,
      logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    await withTaskGroup(of: Void.self) { group in
      group.addTask { await hub.run() }
      let seen = [await events.next(), await events.next(), await events.next()]
      #expect(seen.map { $0?.kind } == [.reader, .tap, .reader])
      group.cancelAll()
    }
    #expect(bench.kiosk.board.missing?.code == .readerMissing)
    #expect(bench.kiosk.board.missing?.sentence.contains("unplugged") == true)
  }
}
