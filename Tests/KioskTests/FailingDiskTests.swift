import FedowProtocol
import GRDB
import Kiosk
import Model
import TestKit
import Testing

/// A disk that fails between a debit's answer and its writing: nobody is told what a later try may turn round.
@Suite(.timeLimit(.minutes(10))) struct FailingDiskTests {
  /// A ledger that does not keep its refusals, as one that only bounds a kiosk's rate does not, takes the debit later.
  @Test func aRefusalThatTheDiskDoesNotTakeIsNotSaid() async throws {
    let bench = try await KioskBench()
    bench.ledger.script { $0.postRefusal = Refusal(.rateLimited) }
    let disk = try bench.directory.kioskDisk()
    try await disk.write {
      try $0.execute(
        sql: "CREATE TRIGGER broken BEFORE UPDATE ON outbox BEGIN SELECT RAISE(ABORT, 'disk'); END")
    }
    try await bench.run { bench in
      var events = bench.kiosk.events.watch().makeAsyncIterator()
      let charge = try await bench.kiosk.pipeline.open(amount: Amount(minorUnits: 350), description: nil)
      try await bench.tap()
      let said = try await KioskBench.state(of: charge.id, in: ["refused", "unknown"], from: &events)
      #expect(said["state"] == "unknown")
      bench.ledger.script { $0.postRefusal = nil }
      try await disk.write { try $0.execute(sql: "DROP TRIGGER broken") }
      let patience = Patience()
      while try await bench.kiosk.pipeline.charge(charge.id).state.receipt == nil {
        bench.clock.advance(by: .seconds(300))
        try await patience.spend()
      }
    }
    #expect(bench.ledger.state.withLock { $0.balance } == 650)
  }

  /// What took nothing is said at once, and written when the disk is back.
  @Test func aChargeThatNoCardPaidIsWrittenOnceTheDiskIsBack() async throws {
    let bench = try await KioskBench()
    let disk = try bench.directory.kioskDisk()
    try await bench.run { bench in
      let charge = try await bench.kiosk.pipeline.open(amount: Amount(minorUnits: 350), description: nil)
      try await disk.write {
        try $0.execute(sql: "CREATE TRIGGER broken BEFORE UPDATE ON charges BEGIN SELECT RAISE(ABORT, 'disk'); END")
      }
      #expect(try await bench.kiosk.pipeline.cancel(charge.id).state == .cancelled)
      #expect(try await bench.kiosk.store.charge(charge.id)?.state.word == "waiting")
      try await disk.write { try $0.execute(sql: "DROP TRIGGER broken") }
      let patience = Patience()
      while try await bench.kiosk.store.charge(charge.id)?.state.word != "cancelled" {
        bench.clock.advance(by: .seconds(1))
        try await patience.spend()
      }
    }
  }

  @Test func aRefusalThatTheDiskTookIsTheEnd() async throws {
    let bench = try await KioskBench()
    bench.ledger.script { $0.postRefusal = Refusal(.rateLimited) }
    try await bench.run { bench in
      var events = bench.kiosk.events.watch().makeAsyncIterator()
      let charge = try await bench.kiosk.pipeline.open(amount: Amount(minorUnits: 350), description: nil)
      try await bench.tap()
      _ = try await KioskBench.state(of: charge.id, in: ["refused"], from: &events)
      // Whoever is told finds it on the disk already.
      #expect(try await bench.kiosk.store.charge(charge.id)?.state.word == "refused")
      #expect(try await bench.kiosk.store.waitingRows().isEmpty)
    }
    #expect(bench.ledger.state.withLock { $0.arrived.count } == 1)
  }

  /// A disk whose sync failed may have the write all the same: the charge does not stay in doubt of what it has.
  @Test func aRefusalThatTheDiskTookAndCalledAFailureIsSaid() async throws {
    let disk = TroubledDisk()
    let bench = try await KioskBench(disk: disk)
    bench.ledger.script { $0.postRefusal = Refusal(.rateLimited) }
    try disk.fail(onceTrue: "SELECT EXISTS (SELECT 1 FROM outbox WHERE state = 'refused')", in: bench.directory)
    let (charge, doubtful) = try await bench.run { bench in
      var events = bench.kiosk.events.watch().makeAsyncIterator()
      let charge = try await bench.kiosk.pipeline.open(amount: Amount(minorUnits: 350), description: nil)
      try await bench.tap()
      _ = try await KioskBench.state(of: charge.id, in: ["unknown"], from: &events)
      let doubtful = try await bench.kiosk.pipeline.charge(charge.id)
      _ = try await KioskBench.state(of: charge.id, in: ["refused"], from: &events)
      #expect(try await bench.kiosk.store.charge(charge.id)?.state.refusal?.code == .rateLimited)
      return (charge.id, doubtful)
    }
    // What another tap of the charge writes of it before it is heard must not outlive a kill.
    try await bench.kiosk.store.update(doubtful, at: bench.clock.wallTime())
    let later = try await KioskBench(directory: bench.directory, clock: bench.clock, ledger: bench.ledger, disk: disk)
    try await later.run { later in
      let patience = Patience()
      while try await later.kiosk.store.charge(charge)?.state.word != "refused" { try await patience.spend() }
      #expect(try await later.kiosk.pipeline.charge(charge).state.refusal?.code == .rateLimited)
    }
    #expect(bench.ledger.state.withLock { $0.arrived.count } == 1)
  }
}
