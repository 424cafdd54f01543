import FedowProtocol
import GRDB
import Ledger
import Logging
import Model
import Transport

/// The ledger's process: the real store, writer and authenticator, which die and start again.
final class SimulatedLedger: @unchecked Sendable {
  // Unchecked because one thread alone touches it: the simulation's.

  /// What runs while the process lives.
  struct Running {
    let life: Life
    let store: LedgerStore
    let service: PostingService
    let desk: LedgerDesk
    let administration: Administration
    let task: Task<Void, Never>
  }

  private let world: World
  private(set) var disk: SimulatedDisk
  private(set) var running: Running?
  private var chance: Chance
  /// How wrong its wall clock is, in microseconds.
  var clockError: Int64 = 0

  init(_ world: World, files: [String: [UInt8]]) {
    self.world = world
    disk = SimulatedDisk(files: files)
    chance = Chance(seed: world.seed, .disk)
    disk.ignoresSync = world.fault == .ledgerFsync
  }

  var isUp: Bool { running != nil }
  var wallTime: LedgerTime { world.scheduler.wallTime.shifted(by: clockError) }

  /// Starts the process on what its disk holds.
  func start() throws(Breach) {
    let life = Life("ledger")
    do {
      let (scheduler, world) = (world.scheduler, world)
      let store = try LedgerStore(path: disk.path("ledger.sqlite"), secretPath: Template.secretPath)
        .withClock { world.ledger.wallTime }.paced(by: world.pace(of: life))
      let logger = Logger(label: "ledger", factory: { _ in SwiftLogNoOpLogHandler() })
      let service = PostingService(
        store: store, clock: { world.ledger.wallTime }, newID: { world.newID() }, logger: logger)
      let task = scheduler.start { try? await service.run() }
      running = Running(
        life: life, store: store, service: service, desk: LedgerDesk(world: world, store: store, service: service),
        administration: Administration(
          store: store, clock: { world.ledger.wallTime }, newID: { world.newID() }),
        task: task)
    } catch {
      throw Breach(.start, "the ledger does not start: \(error)")
    }
    world.note("ledger starts")
  }

  /// Takes a request from the network; false when nothing listens.
  func receive(_ request: HTTPRequest, _ reply: @escaping (HTTPResponse) -> Void) -> Bool {
    guard let running else { return false }
    let answering = Answering(reply)
    world.scheduler.start {
      let answer = await running.desk.answer(request, early: { answering.reply($0, running.life) })
      answering.reply(answer, running.life)
    }
    return true
  }

  /// Has something done at the server's command line: by another process, with connections of its own to the same file.
  func atCommandLine(
    _ running: Running, _ work: @Sendable (Administration) async throws -> Void
  ) async throws {
    let world = world
    let store = try LedgerStore(path: disk.path("ledger.sqlite"), secretPath: Template.secretPath)
      .withClock { world.ledger.wallTime }.paced(by: world.pace(of: running.life))
    defer { try? store.close() }
    try await work(
      Administration(store: store, clock: { world.ledger.wallTime }, newID: { world.newID() }))
  }

  /// A planted fault: somebody who read the balance before this sale writes it after.
  func loseUpdate(_ sale: LedgerView.Block) {
    let other = try? DatabaseQueue(path: disk.path("ledger.sqlite"))
    try? other?.write { db in
      try db.execute(
        sql: "UPDATE tokens SET balance = balance + ? WHERE wallet = ? AND asset = ?",
        arguments: [sale.amount, sale.sender, sale.asset])
    }
  }

  /// A planted fault: what was used of limits is forgotten.
  func forgetUse() {
    let other = try? DatabaseQueue(path: disk.path("ledger.sqlite"))
    try? other?.write { db in try db.execute(sql: "UPDATE delegation_totals SET used = 0") }
  }

  /// The process is killed, or its machine's power fails; what it said until now counts, and nothing after.
  func die(powerFails: Bool) {
    guard let running else { return }
    world.note("ledger dies\(powerFails ? ", the power fails" : "")")
    self.running = nil
    let left = disk.end(powerFails: powerFails, &chance)
    running.life.end()
    running.task.cancel()
    // Whatever of its code still holds it: a run of many would keep each store's memory.
    try? running.store.close()
    disk.remove()
    disk = SimulatedDisk(files: left)
    disk.ignoresSync = world.fault == .ledgerFsync
  }
}

/// A reply that is given once, by a process that lives.
private final class Answering: @unchecked Sendable {
  // Unchecked because one thread alone touches it: the simulation's.
  private var end: ((HTTPResponse) -> Void)?

  init(_ end: @escaping (HTTPResponse) -> Void) { self.end = end }

  func reply(_ answer: HTTPResponse, _ life: Life) {
    guard !life.isOver else { return }
    end?(answer)
    end = nil
  }
}
