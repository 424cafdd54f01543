import FedowProtocol
import GRDB
import Kiosk
import Model
import Synchronization
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

  /// Each outcome of a part writes the charge, too, as it was known before the cash.
  @Test func whatIsPaidInCashStaysPaidWhenTheOutcomeOfAPartIsWrittenAgainInThatMoment() async throws {
    let disk = TroubledDisk()
    let bench = try await bench(on: disk)
    try await bench.hear()
    let charge = try await bench.run { bench in
      _ = try await bench.pay(10, Self.first)
      bench.ledger.script { $0.isThere = false }
      bench.kiosk.link.lost(at: bench.clock.wallTime())
      let charge = try VenueBench.id(try await bench.pay(500, Self.first, terms: Self.parts))
      bench.ledger.script { $0.isThere = true }
      disk.trouble {
        guard bench.ledger.script({ $0.balances[Self.first] == 0 }) else { return }
        disk.trouble(nil)
        throw TroubledDisk.Failure()
      }
      await bench.kiosk.forwarder.hurry()
      let patience = Patience()
      while disk.isTroubled { try await patience.spend() }
      let file = try bench.directory.kioskDisk()
      disk.trouble {
        let isInCash = "SELECT details LIKE '%\"cash\"%' FROM charges WHERE id = '\(charge)'"
        guard try await file.read({ try Bool.fetchOne($0, sql: isInCash) }) == true else { return }
        disk.trouble(nil)
        // What the disk did not take is told again, and being written when that is said.
        let news = bench.kiosk.events.watch()
        let isTold = Task {
          for await event in news where event.kind == .charge { return true }
          return false
        }
        let clock = Task {
          defer { isTold.cancel() }
          let patience = Patience()
          while !Task.isCancelled {
            bench.clock.advance(by: .seconds(1))
            try await patience.spend()
          }
        }
        #expect(await isTold.value)
        clock.cancel()
      }
      #expect(try await bench.kiosk.pipeline.complete(charge, by: "cash").state.word == "paid")
      _ = bench.kiosk.link.heard(at: bench.clock.wallTime())
      // Behind all that was being written.
      _ = try await bench.pay(1, Self.second)
      return charge
    }
    #expect(try await bench.kiosk.store.charge(charge)?.otherMeans?.amount == Amount(minorUnits: 310))
    let state = try await bench.run { later in try await later.kiosk.pipeline.charge(charge).state.word }
    #expect(state == "paid")
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

  @Test func whatWasPaidOfAChargeThatIsCancelledWhileTheDiskFailsIsGivenBack() async throws {
    let disk = TroubledDisk()
    let bench = try await bench(on: disk)
    try await bench.run { bench in
      let charge = try VenueBench.id(try await bench.pay(500, Self.first, terms: Self.parts))
      let patience = Patience()
      while try await !bench.kiosk.store.waitingRows().isEmpty { try await patience.spend() }
      disk.trouble { throw TroubledDisk.Failure() }
      let refusal = await #expect(throws: Refusal.self) { try await bench.kiosk.pipeline.cancel(charge) }
      #expect(refusal?.code == .storeUnavailable)
      disk.trouble(nil)
      while try await bench.kiosk.pipeline.charge(charge).state != .cancelled {
        bench.clock.advance(by: .seconds(1))
        try await patience.spend()
      }
    }
    #expect(balances(bench) == [200, 1_000])
  }

  /// Whoever concludes a part of a charge that nobody completes gives it back, too, and then it would have expired.
  @Test func whatIsCancelledIsCancelledThoughWhatWasPaidOfItIsConcludedMeanwhile() async throws {
    let disk = TroubledDisk()
    let bench = try await bench(on: disk)
    try await bench.run { bench in
      let charge = try await bench.kiosk.pipeline.open(
        amount: Amount(minorUnits: 500), description: nil, terms: Self.parts
      ).id
      let file = try bench.directory.kioskDisk()
      let progress = Mutex(Progress())
      disk.trouble {
        let isPosted = "SELECT EXISTS (SELECT 1 FROM outbox WHERE state = 'posted')"
        guard try await file.read({ try Bool.fetchOne($0, sql: isPosted) }) == true else { return }
        if progress.withLock({ $0.isAtFirst() }) {
          let patience = Patience()
          while !progress.withLock({ $0.isCancelled }) { try await patience.spend() }
        } else if progress.withLock({ $0.isAfterCancellation() }) {
          return
        }
        throw TroubledDisk.Failure()
      }
      try await bench.tap(Self.first)
      let patience = Patience()
      while !progress.withLock({ $0.isConcluding }) { try await patience.spend() }
      await #expect(throws: Refusal.self) { try await bench.kiosk.pipeline.cancel(charge) }
      progress.withLock { $0.isCancelled = true }
      // The forwarder looks at the row, and tells the charge of it.
      let wallet = bench.ledger.wallet(Self.first)
      while !progress.withLock({ $0.isLookedAt }) { try await patience.spend() }
      while await bench.kiosk.forwarder.isBusy(with: wallet) { try await patience.spend() }
      while try await bench.kiosk.pipeline.charge(charge).parts.first?.state != .voided {
        bench.clock.advance(by: .seconds(1))
        try await patience.spend()
      }
      #expect(try await bench.kiosk.pipeline.charge(charge).state == .cancelled)
    }
    #expect(balances(bench) == [200, 1_000])
  }

  /// How far a payment is whose outcome is written, while its charge is cancelled.
  private struct Progress {
    var (isConcluding, isCancelled, isLookedAt) = (false, false, false)

    mutating func isAtFirst() -> Bool {
      defer { isConcluding = true }
      return !isConcluding
    }

    mutating func isAfterCancellation() -> Bool {
      isLookedAt = isCancelled
      return isCancelled
    }
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

  /// Nothing is sent again of what has come to its end on the disk, so the charge has to be told of it from there.
  @Test func aVoidThatIsRefusedOnADiskThatCallsItsWriteAFailureLeavesThePaidCharge() async throws {
    let disk = TroubledDisk()
    let bench = try await bench(on: disk)
    let charge = try await bench.run { bench in
      let paid = try VenueBench.id(try await bench.pay(100, Self.second))
      try await bench.openSession()
      bench.ledger.script { $0.refusals[Self.second] = Refusal(.voidTooLate) }
      try disk.fail(onceTrue: "SELECT EXISTS (SELECT 1 FROM outbox WHERE state = 'refused')", in: bench.directory)
      _ = try await bench.kiosk.pipeline.undo(paid)
      let patience = Patience()
      while try await bench.kiosk.pipeline.charge(paid).state.word != "paid" {
        bench.clock.advance(by: .seconds(1))
        try await patience.spend()
      }
      while try await bench.kiosk.store.charge(paid)?.state.word != "paid" { try await patience.spend() }
      return paid
    }
    #expect(try await bench.kiosk.store.charge(charge)?.parts.map(\.state) == [.posted])
    #expect(balances(bench) == [200, 900])
  }

  /// A void that the ledger refused is at its end; a later one of the same debit that is under way is another.
  @Test func afterARestartOnlyTheLastVoidOfADebitSaysWhatBecameOfIt() async throws {
    let bench = try await bench()
    let charge = try await bench.run { bench in
      let paid = try await bench.payAndUndoInVain(100, Self.second, because: Refusal(.voidTooLate))
      bench.ledger.script { $0.isThere = false }
      #expect(try await bench.kiosk.pipeline.undo(paid).state == .voiding)
      return paid
    }
    bench.ledger.script { ($0.isThere, $0.refusal) = (true, nil) }
    try await bench.run { later in
      _ = try await later.wait(for: "voided", of: charge)
    }
    #expect(balances(bench) == [200, 1_000])
  }

  /// The first card's debit is posted while the disk fails under the second's refusal.
  @Test func whatBecomesOfAPartWhileTheDiskFailsUnderAnotherIsNotForgotten() async throws {
    let disk = TroubledDisk()
    let bench = try await bench(on: disk)
    try await bench.hear()
    try await bench.run { bench in
      _ = try await bench.pay(10, Self.first)
      bench.ledger.script { $0.isThere = false }
      bench.kiosk.link.lost(at: bench.clock.wallTime())
      let charge = try VenueBench.id(try await bench.pay(500, Self.first, terms: Self.parts))
      bench.ledger.script {
        ($0.isThere, $0.lostAnswers, $0.refusals[Self.second]) = (true, 1, Refusal(.rateLimited))
      }
      _ = bench.kiosk.link.heard(at: bench.clock.wallTime())
      await bench.kiosk.forwarder.hurry()
      let patience = Patience()
      while bench.ledger.script({ $0.lostAnswers }) > 0 { try await patience.spend() }
      disk.trouble {
        let second = bench.ledger.wallet(Self.second)
        guard bench.ledger.script({ $0.arrived.contains { $0.wallet == second } }) else { return }
        disk.trouble(nil)
        while try await bench.kiosk.pipeline.charge(charge).parts.first?.state != .posted {
          bench.clock.advance(by: .seconds(1))
          try await patience.spend()
        }
        // It was too busy, and takes the debit now.
        bench.ledger.script { $0.refusals = [:] }
        throw TroubledDisk.Failure()
      }
      try await bench.tap(Self.second)
      while try await bench.kiosk.pipeline.charge(charge).state.receipt == nil {
        bench.clock.advance(by: .seconds(1))
        try await patience.spend()
      }
    }
    #expect(balances(bench) == [0, 690])
  }
}
