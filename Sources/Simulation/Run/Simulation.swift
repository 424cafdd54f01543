import Model

/// A whole federation in one process, from one seed: it runs, is held against what may be, and is the same each time.
public struct Simulation: Sendable {
  /// The seed from which everything is drawn.
  public let seed: UInt64
  /// A fault that is put in on purpose.
  public let fault: PlantedFault?

  /// The run of this seed.
  public init(seed: UInt64, fault: PlantedFault? = nil) {
    self.seed = seed
    self.fault = fault
  }

  /// What a run came to.
  public struct Outcome: Sendable {
    /// What was broken; nil when nothing was.
    public let breach: Breach?
    /// A digest of everything that happened, in order.
    public let digest: UInt64
    /// How many actions were played.
    public let actions: Int
    /// How many jobs and instants that took.
    public let jobs: Int
    /// What happened, line by line; empty unless it was asked for.
    public let lines: [String]
  }

  /// Runs on this thread, which must be in no task: every job of the run is performed on it.
  /// - Parameters:
  ///   - prefix: plays so many of the plan's actions; nil plays all.
  ///   - keepsLines: whether the outcome tells what happened.
  public func run(prefix: Int? = nil, keepsLines: Bool = false) -> Outcome {
    let template: Template
    switch Template.shared {
    case .success(let made): template = made
    case .failure(let breach): return Outcome(breach: breach, digest: 0, actions: 0, jobs: 0, lines: [])
    }
    let world = World(seed: seed, fault: fault, template: template, keepsLines: keepsLines)
    let plan = Action.plan(seed: seed, world.profile)
    let actions = plan.prefix(prefix ?? plan.count)
    var breach: Breach?
    JobHook.with(world.scheduler) {
      do throws(Breach) {
        try world.play(actions)
      } catch {
        breach = error
        world.note("breach: \(error)")
      }
      world.tearDown()
    }
    return Outcome(
      breach: breach, digest: world.trace.digest, actions: actions.count, jobs: world.scheduler.jobs,
      lines: world.trace.lines)
  }

  /// The shortest prefix of the plan that still breaks something, for a run that does.
  public func shortestFailingPrefix() -> (actions: Int, breach: Breach)? {
    let whole = run()
    guard let found = whole.breach else { return nil }
    for count in 0..<whole.actions {
      if let breach = run(prefix: count).breach { return (count, breach) }
    }
    return (whole.actions, found)
  }

  /// The plan's first actions, a line each.
  public func plan(prefix: Int) -> [String] {
    Action.plan(seed: seed, Profile(seed: seed)).prefix(prefix).map(\.description)
  }
}
