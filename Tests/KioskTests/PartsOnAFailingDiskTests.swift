import FedowProtocol
import GRDB
import Kiosk
import Model
import TestKit
import Testing

/// Charges in parts, and charges that are taken back, on a disk that fails: what is said is what a restart finds.
@Suite(.timeLimit(.minutes(10))) struct PartsOnAFailingDiskTests: TwoCards {
  /// After a restart a charge that was not written as paid would be given back to its cards, and the cash with it.
  @Test func whatIsPaidInCashIsPaidWhenTheDiskHasIt() async throws {
    let bench = try await bench()
    let disk = try bench.directory.kioskDisk()
    let charge = try await bench.run { bench in
      let charge = try VenueBench.id(try await bench.pay(500, Self.first, terms: Self.parts))
      let patience = Patience()
      while try await !bench.kiosk.store.waitingRows().isEmpty { try await patience.spend() }
      try await disk.write {
        try $0.execute(sql: "CREATE TRIGGER broken BEFORE UPDATE ON charges BEGIN SELECT RAISE(ABORT, 'disk'); END")
      }
      await #expect { try await bench.kiosk.pipeline.complete(charge, by: "cash") } throws: {
        ($0 as? Refusal)?.code == .storeUnavailable
      }
      #expect(try await bench.kiosk.pipeline.charge(charge).state.word == "partly_paid")
      try await disk.write { try $0.execute(sql: "DROP TRIGGER broken") }
      #expect(try await bench.kiosk.pipeline.complete(charge, by: "cash").state.word == "paid")
      return charge
    }
    try await bench.run { later in
      #expect(try await later.kiosk.pipeline.charge(charge).state.word == "paid")
      _ = try await later.pay(1, Self.second)
    }
    #expect(bench.ledger.script { $0.voids.isEmpty })
    #expect(balances(bench) == [0, 999])
  }

  @Test func aTapThatTheDiskNeverTookIsInDoubtUntilTheDiskSaysSo() async throws {
    let bench = try await bench()
    let disk = try bench.directory.kioskDisk()
    try await bench.run { bench in
      try await disk.write { database in
        try database.execute(
          sql: """
            CREATE TRIGGER broken_outbox BEFORE INSERT ON outbox BEGIN SELECT RAISE(ABORT, 'disk'); END;
            CREATE TRIGGER broken_charges BEFORE UPDATE ON charges BEGIN SELECT RAISE(ABORT, 'disk'); END;
            """)
      }
      let doubtful = try await bench.pay(100, Self.second)
      #expect(doubtful["state"] == "unknown")
      try await disk.write { try $0.execute(sql: "DROP TRIGGER broken_outbox; DROP TRIGGER broken_charges") }
      let id = try VenueBench.id(doubtful)
      let patience = Patience()
      while try await bench.kiosk.pipeline.charge(id).state.word != "refused" {
        bench.clock.advance(by: .seconds(1))
        try await patience.spend()
      }
      #expect(try await bench.kiosk.store.charge(id)?.state.refusal?.code == .storeUnavailable)
    }
    #expect(bench.ledger.script { $0.arrived.isEmpty })
    #expect(balances(bench) == [200, 1_000])
  }

  /// In doubt the charge left the kiosk's one place: no card can complete it any more.
  @Test func whatWasPaidOfAChargeWhoseNextTapTheDiskNeverTookIsGivenBack() async throws {
    let bench = try await bench()
    let disk = try bench.directory.kioskDisk()
    try await bench.run { bench in
      let charge = try VenueBench.id(try await bench.pay(500, Self.first, terms: Self.parts))
      let patience = Patience()
      while try await !bench.kiosk.store.waitingRows().isEmpty { try await patience.spend() }
      try await disk.write { database in
        try database.execute(
          sql: """
            CREATE TRIGGER broken_outbox BEFORE INSERT ON outbox BEGIN SELECT RAISE(ABORT, 'disk'); END;
            CREATE TRIGGER broken_charges BEFORE UPDATE ON charges BEGIN SELECT RAISE(ABORT, 'disk'); END;
            """)
      }
      try await bench.tap(Self.second)
      _ = try await bench.wait(for: "unknown", of: charge)
      try await disk.write { try $0.execute(sql: "DROP TRIGGER broken_outbox; DROP TRIGGER broken_charges") }
      while try await bench.kiosk.pipeline.charge(charge).state != .expired {
        bench.clock.advance(by: .seconds(1))
        try await patience.spend()
      }
    }
    #expect(balances(bench) == [200, 1_000])
  }

  @Test func aVoidThatTheDiskDoesNotTakeIsWrittenAndSentOnceItDoes() async throws {
    let bench = try await bench()
    let disk = try bench.directory.kioskDisk()
    try await bench.run { bench in
      let paid = try VenueBench.id(try await bench.pay(100, Self.second))
      try await bench.openSession()
      try await disk.write { database in
        try database.execute(
          sql: "CREATE TRIGGER broken BEFORE INSERT ON outbox BEGIN SELECT RAISE(ABORT, 'disk'); END")
      }
      let refusal = await #expect(throws: Refusal.self) { try await bench.kiosk.pipeline.undo(paid) }
      #expect(refusal?.code == .storeUnavailable)
      #expect(try await bench.kiosk.pipeline.charge(paid).state == .voiding)
      await #expect(throws: Refusal.self) { try await bench.kiosk.pipeline.undo(paid) }
      try await disk.write { try $0.execute(sql: "DROP TRIGGER broken") }
      let patience = Patience()
      while try await bench.kiosk.pipeline.charge(paid).state != .voided {
        bench.clock.advance(by: .seconds(1))
        try await patience.spend()
      }
    }
    #expect(balances(bench) == [200, 1_000])
  }
}
