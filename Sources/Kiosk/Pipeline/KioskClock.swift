import FedowProtocol
import Model
import ServiceLifecycle

/// Time as the kiosk asks for it; tests own theirs.
public protocol KioskClock: Sendable {
  /// The monotonic clock, for durations.
  func now() -> MonotonicTime

  /// The wall clock, for what people read.
  func wallTime() -> LedgerTime

  /// Waits so long.
  /// - Throws: `CancellationError`.
  func sleep(for duration: Duration) async throws
}

extension KioskClock {
  /// Waits so long; false when the daemon stops meanwhile, or the task is cancelled.
  func rests(for duration: Duration) async -> Bool {
    let slept: Void? = try? await cancelWhenGracefulShutdown { try await self.sleep(for: duration) }
    return slept != nil && !Task.isCancelled
  }
}

/// The machine's clocks.
public struct MachineClock: KioskClock {
  /// The machine's clocks.
  public init() {}

  /// CLOCK_MONOTONIC.
  public func now() -> MonotonicTime { .now() }

  /// CLOCK_REALTIME.
  public func wallTime() -> LedgerTime { .now() }

  /// Sleeps on the machine's clock.
  public func sleep(for duration: Duration) async throws { try await Task.sleep(for: duration) }
}
