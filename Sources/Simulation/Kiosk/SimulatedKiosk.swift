import FedowProtocol
import Kiosk
import Ledger
import Logging
import Model
import Signing

/// A kiosk's process: the real store, pipeline, forwarder, watch and reader hub, which die and start again.
final class SimulatedKiosk: @unchecked Sendable {
  // Unchecked because one thread alone touches it: the simulation's.

  /// What runs while the process lives; the kiosk is there once its store is open.
  final class Running: @unchecked Sendable {
    // Unchecked because one thread alone touches it: the simulation's.
    let life: Life
    let clock: SimulatedClock
    let reader: SimulatedReader
    var task: Task<Void, Never>?
    var store: KioskStore?
    var kiosk: TapKiosk?

    init(life: Life, clock: SimulatedClock, reader: SimulatedReader) {
      self.life = life
      self.clock = clock
      self.reader = reader
    }
  }

  let world: World
  let number: Int
  let site: Int
  private(set) var pairing: Pairing
  private(set) var disk: SimulatedDisk
  private(set) var running: Running?
  /// Whether the ledger knows its key no more, and it was not enrolled anew yet.
  var isShutOut = false
  /// What the ledger has told of blocked cards, as far as the answers arrived.
  var told = ToldHotlist()
  /// When which card was laid on the reader, in nanoseconds of virtual time, and not yet debited for it.
  var arrivals: [(at: Int64, tag: String)] = []
  /// When an answer of the ledger arrived last, and one with its list of blocked cards.
  var lastHeard: Int64?
  var lastListed: Int64?
  /// What it has sent, and what it was told of single cards.
  var correspondence = Correspondence()
  private var clockError: Int64
  private var chance: Chance

  init(_ world: World, number: Int, till: Template.Till, files: [String: [UInt8]], clockError: Int64) {
    self.world = world
    self.number = number
    self.clockError = clockError
    site = till.site
    pairing = Pairing(
      ledgerURL: Template.url, place: world.template.sites[till.site].place,
      placeWallet: world.template.sites[till.site].wallet, credentials: till.credentials, device: till.device)
    disk = SimulatedDisk(files: files)
    chance = Chance(seed: world.seed, .disk, number + 1)
    disk.ignoresSync = world.fault == .kioskFsync
  }

  var isUp: Bool { running?.kiosk != nil }
  var name: String { "kiosk \(number)" }

  /// Starts the process on what its disk holds.
  func start() {
    let life = Life(name)
    let clock = SimulatedClock(world.scheduler, life: life, error: clockError)
    let reader = SimulatedReader(world.scheduler, life: life) { [self] uid in
      arrivals.append((world.scheduler.now, uid.firstTagID))
    }
    let running = Running(life: life, clock: clock, reader: reader)
    self.running = running
    world.note("\(name) starts")
    running.task = world.scheduler.start { [self] in
      do {
        try await run(running)
      } catch {
        if !life.isOver { world.fail(Breach(.start, "\(name) does not start: \(error)")) }
      }
    }
  }

  private func run(_ running: Running) async throws {
    let world = world
    let store = try KioskStore(
      path: disk.path("kiosk.sqlite"), digest: Template.digest, pace: world.pace(of: running.life))
    running.store = store
    var configuration = KioskConfiguration()
    configuration.chargeExpirySeconds = 20
    configuration.needsOperator = false
    configuration.primaryCard = world.template.sites[site].operatorTag
    configuration.offline.perCard = world.profile.kioskPerCard.map { Amount(minorUnits: $0) }
    configuration.offline.perDevice = world.profile.kioskPerDevice.map { Amount(minorUnits: $0) }
    configuration.offline.longestSeconds = world.profile.kioskLongest.map { Int($0) }
    configuration.offline.hotlistLongestSeconds = world.profile.kioskHotlistLongest.map { Int($0) }
    if !world.profile.kioskAllows { configuration.offline.isAllowed = false }
    let link = link(running, configuration)
    let jitter = Box(Chance(seed: world.seed, .jitter, number))
    let logger = Logger(label: name) { _ in SwiftLogNoOpLogHandler() }
    let kiosk = await TapKiosk(
      configuration: configuration, store: store, ledgers: LedgerSource { () throws(Refusal) in link },
      clock: running.clock, backoff: Backoff(jitter: { Double(jitter.value.number(0...999)) / 1000 }),
      makeID: { world.newID() }, logger: logger)
    let news = kiosk.events.watch()
    try await recover(kiosk, running)
    running.kiosk = kiosk
    let hub = ReaderHub(readers: running.reader, kiosk: kiosk, clock: running.clock, logger: logger)
    await withTaskGroup(of: Void.self) { group in
      group.addTask { await kiosk.pipeline.run() }
      group.addTask { await kiosk.forwarder.run() }
      group.addTask { await kiosk.watch.run() }
      group.addTask { await hub.run() }
      group.addTask { [self] in
        for await event in news {
          guard !running.life.isOver, let told = Told(event, by: number) else { continue }
          world.note("\(name) says \(told.state)\(told.code.map { " (\($0))" } ?? "")")
          world.oracle.newlyTold.append(told)
        }
      }
    }
  }

  /// As systemd does it: a start that the disk refused is tried again.
  private func recover(_ kiosk: TapKiosk, _ running: Running) async throws {
    guard world.fault != .forgottenOutbox else { return }
    while true {
      do {
        return try await kiosk.recover(at: running.clock.wallTime())
      } catch {
        guard error.code == .storeUnavailable, !running.life.isOver else { throw error }
        try await running.clock.sleep(for: .seconds(1))
      }
    }
  }

  private func link(_ running: Running, _ configuration: KioskConfiguration) -> any LedgerLink {
    let world = world
    let carrier = SimulatedCarrier(
      network: world.network, scheduler: world.scheduler, life: running.life, kiosk: number,
      timeouts: configuration.timeouts,
      plant: PlantedCarrier(
        world.fault, credentials: pairing.credentials, newID: { world.newID() },
        noteHotlist: { [weak self] in
          guard let self else { return }
          told.take($0, since: $1)
          lastListed = world.scheduler.now
          if told.repetitions > 20 {
            world.fail(Breach(.livelock, "\(name) asks for the same blocked cards again and again"))
          }
        },
        noteAnswer: { [weak self] in
          guard let self else { return }
          // What something in between says is no word of the ledger.
          if $1.status < 500 { lastHeard = world.scheduler.now }
          correspondence.took($1, to: $0, askedAt: $2, at: world.scheduler.now)
        }),
      noteSending: { [weak self] request in
        guard let self, !running.life.isOver else { return }
        correspondence.sends(request)
        world.noteRefund(request, of: number)
        world.oracle.checkSending(request, by: self)
      })
    let dialect = NativeDialect(
      primaryCard: nil,
      identity: NativeDialect.Identity(
        place: pairing.place, placeWallet: pairing.placeWallet, device: pairing.device))
    let client = LedgerClient(
      pairing: pairing, dialect: dialect, timeouts: configuration.timeouts, carrier: carrier)
    guard world.fault == .outOfOrder else { return client }
    return UnorderedLink(link: client, newID: { world.newID() })
  }

  /// The process is killed, or its machine's power fails.
  func die(powerFails: Bool) {
    guard let running else { return }
    world.note("\(name) dies\(powerFails ? ", the power fails" : "")")
    self.running = nil
    let left = disk.end(powerFails: powerFails, &chance)
    running.life.end()
    running.task?.cancel()
    // Whatever of its code still holds it: a run of many would keep each store's memory.
    try? running.store?.close()
    disk.remove()
    disk = SimulatedDisk(files: left)
    disk.ignoresSync = world.fault == .kioskFsync
  }

  /// Sets the wall clock wrong by so many microseconds.
  func setClock(error: Int64) {
    clockError = error
    running?.clock.error = error
  }

  /// Takes a new pairing, as `tapctl pair --replace` does; it counts from the next start.
  func pair(_ credentials: PlaceCredentials, device: EntityID) {
    pairing = Pairing(
      ledgerURL: Template.url, place: pairing.place, placeWallet: pairing.placeWallet, credentials: credentials,
      device: device)
    isShutOut = false
  }
}
