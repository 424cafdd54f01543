import FedowProtocol
import Kiosk
import Model
import Synchronization

/// A clock that only moves when the test says so.
final class ManualClock: KioskClock {
  private struct State {
    var nanoseconds: Int64 = 1_000_000_000
    var sleepers: [Int: (until: Int64, continuation: CheckedContinuation<Void, any Error>)] = [:]
    var nextSleeper = 0
  }

  private let state = Mutex(State())

  func now() -> MonotonicTime { MonotonicTime(nanoseconds: state.withLock { $0.nanoseconds }) }

  func wallTime() -> LedgerTime {
    LedgerTime(microseconds: 1_790_000_000_000_000 + state.withLock { $0.nanoseconds } / 1000)
  }

  func sleep(for duration: Duration) async throws {
    let sleeper = state.withLock { state in
      state.nextSleeper += 1
      return state.nextSleeper
    }
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
        let until = (now() + duration).nanoseconds
        state.withLock { $0.sleepers[sleeper] = (until, continuation) }
        if Task.isCancelled { wake(sleeper) }
      }
    } onCancel: {
      wake(sleeper)
    }
  }

  /// How many wait for the clock.
  var sleeperCount: Int { state.withLock { $0.sleepers.count } }

  func advance(by duration: Duration) {
    let due = state.withLock { state in
      state.nanoseconds = (MonotonicTime(nanoseconds: state.nanoseconds) + duration).nanoseconds
      let due = state.sleepers.filter { $0.value.until <= state.nanoseconds }
      for key in due.keys { state.sleepers[key] = nil }
      return due.values.map(\.continuation)
    }
    for continuation in due { continuation.resume() }
  }

  private func wake(_ sleeper: Int) {
    let continuation = state.withLock { $0.sleepers.removeValue(forKey: sleeper)?.continuation }
    continuation?.resume(throwing: CancellationError())
  }
}
