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
}
