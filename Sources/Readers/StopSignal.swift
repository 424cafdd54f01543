import Dispatch
import Synchronization

/// Asks a blocking loop to end, and lets the loop wait no longer than it must.
final class StopSignal: Sendable {
  private struct State {
    var isStopped = false
    var interrupt: (@Sendable () -> Void)?
  }

  private let state = Mutex(State())
  private let wake = DispatchSemaphore(value: 0)

  var isStopped: Bool { state.withLock { $0.isStopped } }

  /// Ends the loop: wakes a pause, and interrupts the blocking call under way.
  func stop() {
    let interrupt = state.withLock { state in
      state.isStopped = true
      return state.interrupt
    }
    wake.signal()
    interrupt?()
  }

  /// Names the way to interrupt the blocking calls that follow; nil when none follow.
  func setInterrupt(_ interrupt: (@Sendable () -> Void)?) {
    state.withLock { $0.interrupt = interrupt }
  }

  /// Waits so long, or until the loop must end.
  func pause(_ duration: Duration) {
    let (seconds, attoseconds) = duration.components
    let nanoseconds = Int(seconds) * 1_000_000_000 + Int(attoseconds / 1_000_000_000)
    if wake.wait(timeout: .now() + .nanoseconds(nanoseconds)) == .success { wake.signal() }
  }
}
