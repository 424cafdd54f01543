import FedowProtocol
import Foundation
import Kiosk
import Ledger
import Model

/// One federation and everything around it, in one run.
final class World: @unchecked Sendable {
  // Unchecked because one thread alone touches it: the simulation's.

  let seed: UInt64
  let fault: PlantedFault?
  let profile: Profile
  let template: Template
  let scheduler: Scheduler
  let network: SimulatedNetwork
  let planted: PlantedDesk
  let trace: Trace
  let facts: Facts
  /// The tag of each card now: a lost one's is its successor's.
  var tags: [String]
  var spares: [String]
  /// The tags that each card had before, which open nothing for ever.
  var retired: [Int: [String]] = [:]
  /// The card that each tag is, was, or may have become.
  var cardOf: [String: Int]
  /// The id of the refill that was asked for last, and where.
  var lastRefill: (id: EntityID, site: Int)?
  /// The refund that is asked for at a kiosk.
  var refundAtKiosk: RefundAtKiosk?
  /// What is demanded without a kiosk is of this device.
  private(set) lazy var demandDevice = newID()
  /// The codes by which kiosks became devices of their places.
  var usedCodes: [EnrolmentCode] = []
  /// The charge that each kiosk opened last.
  var lastCharges: [Int: EntityID] = [:]
  var chance: Chance
  /// The faults have stopped.
  private(set) var isCalm = false
  /// Operators do one thing after the other.
  var errands: [Errand] = []
  var isOperatorBusy = false
  private var failure: Breach?
  private let ids: Box<Chance>
  private(set) lazy var ledger = SimulatedLedger(self, files: template.ledgerFiles)
  private(set) lazy var kiosks: [Int: SimulatedKiosk] = Dictionary(
    uniqueKeysWithValues: profile.kiosks.map { number in
      (
        number,
        SimulatedKiosk(
          self, number: number, till: template.tills[number], files: template.kioskFiles,
          clockError: profile.clockErrors[number])
      )
    })
  private(set) lazy var oracle = Oracle(self)

  init(seed: UInt64, fault: PlantedFault?, template: Template, keepsLines: Bool) {
    self.seed = seed
    self.fault = fault
    self.template = template
    profile = Profile(seed: seed)
    scheduler = Scheduler(seed: seed, isShuffled: profile.isShuffled, wallOffset: profile.wallOffset)
    network = SimulatedNetwork(scheduler, seed: seed, weather: profile.weather)
    trace = Trace(keepsLines: keepsLines)
    tags = template.cards.map(\.tag)
    cardOf = Dictionary(uniqueKeysWithValues: template.cards.enumerated().map { ($1.tag, $0) })
    spares = template.spares
    facts = Facts(template)
    chance = Chance(seed: seed, .schedule, 1)
    let ids = Box(Chance(seed: seed, .ids))
    self.ids = ids
    planted = PlantedDesk(fault, newID: { EntityID.random(using: &ids.value) })
  }

  /// The kiosks in their order.
  var tills: [SimulatedKiosk] { profile.kiosks.compactMap { kiosks[$0] } }

  func newID() -> EntityID { EntityID.random(using: &ids.value) }

  func note(_ text: String) { trace.note(scheduler.now, text) }

  /// Something must not be, and was seen where nobody can throw.
  func fail(_ breach: Breach) { failure = failure ?? breach }

  /// What a store of this process is paced by: its disk takes time, and sometimes fails, before an access or after it.
  func pace(of life: Life) -> @Sendable () async throws -> Void {
    { [self] in
      guard !life.isOver else { throw LifeOver() }
      guard !isCalm else { return }
      if chance.happens(profile.diskFaults) { throw DiskFault() }
      if profile.diskDelay > 0 {
        try await scheduler.sleep(chance.milliseconds(0...profile.diskDelay), in: life, isCancellable: false)
      }
    }
  }

  /// Plays the actions, lets the faults stop, and waits until everything is settled.
  /// - Throws: the first breach.
  func play(_ actions: some Collection<Action>) throws(Breach) {
    network.server = { [self] request, reply in ledger.receive(request, reply) }
    try setUp()
    var (due, end): (Int64, Int64) = (500, 0)
    for action in actions {
      due += action.gap
      end = max(end, due + max(3_000, action.islandLength))
      scheduler.after(.milliseconds(due)) { [self] in
        note("> \(action)")
        perform(action)
      }
    }
    try pass(.milliseconds(max(end, 3_500)))
    isCalm = true
    note("the faults stop")
    network.calm()
    try settle()
    try oracle.checkEnd()
    note("\(oracle.summary)")
  }

  /// Lets so much time pass, and looks at everything after each thing that happens.
  func pass(_ duration: Duration) throws(Breach) {
    let end = (MonotonicTime(nanoseconds: scheduler.now) + duration).nanoseconds
    repeat { try afterStep() } while scheduler.step(until: end)
    try afterStep()
  }

  private func afterStep() throws(Breach) {
    try scheduler.settle()
    buryTheDead()
    if let failure { throw failure }
    try oracle.check()
  }

  /// Ends every process, so that nothing of the run stays behind.
  func tearDown() {
    for kiosk in tills { kiosk.die(powerFails: false) }
    ledger.die(powerFails: false)
    try? scheduler.settle()
    for kiosk in tills { kiosk.disk.remove() }
    ledger.disk.remove()
  }
}

/// What a disk says that does not do what it was asked.
struct DiskFault: Error {}
