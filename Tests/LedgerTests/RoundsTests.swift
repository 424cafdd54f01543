import Logging
import Synchronization
import Testing

@testable import Ledger

@Suite("The rounds of a service")
struct RoundsTests {
  /// Counts what is logged.
  private final class Heard: Sendable {
    let lines = Mutex(0)
  }

  private struct Ear: LogHandler {
    let heard: Heard
    var logLevel = Logger.Level.trace
    var metadata = Logger.Metadata()
    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
      get { metadata[key] }
      set { metadata[key] = newValue }
    }

    func log(event: LogEvent) { heard.lines.withLock { $0 += 1 } }
  }

  private struct Trouble: Error {}

  @Test("go on after one that fails, carry on from the last that went well, and tell of a failure once until then")
  func rounds() async {
    let heard = Heard()
    let seen = Mutex<[Int]>([])
    let rounds = Rounds(
      interval: .microseconds(1), complaint: "it failed", logger: Logger(label: "test") { _ in Ear(heard: heard) })
    // What the rounds do one after the other; after the last the service is told to stop.
    let script: [Bool] = [true, false, false, true, false, true]
    await rounds.run(from: 10) { state in
      let round = seen.withLock { seen in
        seen.append(state)
        return seen.count
      }
      guard round <= script.count else { throw CancellationError() }
      guard script[round - 1] else { throw Trouble() }
      return state + 1
    }
    #expect(seen.withLock { $0 } == [10, 11, 11, 11, 12, 12, 13])
    #expect(heard.lines.withLock { $0 } == 2)
  }
}
