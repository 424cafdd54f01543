import FedowProtocol
import Kiosk
import Model

/// The clocks of one simulated process: virtual time, and a wall clock that may be set wrong.
final class SimulatedClock: KioskClock, @unchecked Sendable {
  // Unchecked because one thread alone touches it: the simulation's.

  /// A Wednesday noon where the ledger stands; a run that is to reach the end of the day begins so much later.
  static let start = LedgerTime(microseconds: 1_782_900_000_000_000)

  private let scheduler: Scheduler
  private let life: Life
  /// How wrong the wall clock is, in microseconds.
  var error: Int64

  init(_ scheduler: Scheduler, life: Life, error: Int64 = 0) {
    self.scheduler = scheduler
    self.life = life
    self.error = error
  }

  func now() -> MonotonicTime { MonotonicTime(nanoseconds: scheduler.now) }

  func wallTime() -> LedgerTime { scheduler.wallTime.shifted(by: error) }

  func sleep(for duration: Duration) async throws {
    try await scheduler.sleep(duration, in: life)
  }
}

extension Scheduler {
  /// The right time of day.
  var wallTime: LedgerTime { SimulatedClock.start.shifted(by: now / 1000 + wallOffset) }
}

extension LedgerTime {
  /// The day where the ledger stands, counted from 1970: in Paris, which is two hours ahead of UTC during every run.
  var localDay: Int64 { (microseconds + 7_200_000_000) / 86_400_000_000 }

  func shifted(by microseconds: Int64) -> LedgerTime { LedgerTime(microseconds: self.microseconds + microseconds) }
}
