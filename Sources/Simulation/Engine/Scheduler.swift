import Model

/// Everything that runs in a simulation, on one thread and in one order: the jobs that are ready, and what is due at an
/// instant of virtual time. The same seed gives the same order.
final class Scheduler: @unchecked Sendable {
  // Unchecked because one thread alone touches it: the one that runs the simulation, on which everything in it runs.

  /// So many jobs without an instant passing mean that something turns in circles.
  private static let jobBound = 200_000

  private var ready: [UnownedJob] = []
  private var agenda = Agenda()
  private var chance: Chance
  private let isShuffled: Bool
  /// Nanoseconds of virtual time.
  private(set) var now: Int64 = 1_000_000_000
  private(set) var jobs = 0
  /// Microseconds by which the run begins later than usual in the day.
  let wallOffset: Int64

  init(seed: UInt64, isShuffled: Bool, wallOffset: Int64 = 0) {
    chance = Chance(seed: seed, .schedule)
    self.isShuffled = isShuffled
    self.wallOffset = wallOffset
  }

  func enqueue(_ job: UnownedJob) { ready.append(job) }

  /// Starts a task on the simulation's thread.
  @discardableResult
  func start(_ work: @escaping @Sendable () async -> Void) -> Task<Void, Never> { Task { await work() } }

  /// Has something done so much later.
  func after(_ duration: Duration, _ act: @escaping () -> Void) {
    agenda.add(at: (MonotonicTime(nanoseconds: now) + max(duration, .zero)).nanoseconds, act)
  }

  /// Runs every job that is ready, and those that become so.
  /// - Throws: `Breach` when there is no end of them.
  func settle() throws(Breach) {
    var count = 0
    while !ready.isEmpty {
      let index = isShuffled && ready.count > 1 ? chance.index(below: ready.count) : 0
      let job = ready.remove(at: index)
      job.runSynchronously(on: JobHook.global)
      count += 1
      guard count < Self.jobBound else { throw Breach(.livelock, "\(count) jobs without an instant passing") }
    }
    jobs += count
  }

  /// Lets time pass to the next thing that is due, and does it; false when nothing is due before the end.
  func step(until end: Int64) -> Bool {
    guard let due = agenda.next(until: end) else {
      now = max(now, end)
      return false
    }
    now = max(now, due.at)
    due.act()
    return true
  }
}
