import FedowProtocol
import Kiosk
import Model
import TestKit
import Testing

/// Whatever the order of faults and restarts, one tap is one id, one body, one signature, and at most one debit.
@Suite(.timeLimit(.minutes(10))) struct ExactlyOnceTests {
  @Test(arguments: 0..<24) func everyOrderOfFaultsEndsInOneDebit(seed: UInt64) async throws {
    var generator = SeededGenerator(seed: seed)
    let faults = (0..<6).map { _ in ScriptedLedger.Fault.allCases.randomElement(using: &generator) ?? .none }
    let restarts = Int.random(in: 0...3, using: &generator)
    var bench = try await KioskBench()
    bench.ledger.script { $0.faults = faults }
    let id = try await bench.run { bench in
      var events = bench.kiosk.events.watch().makeAsyncIterator()
      let charge = try await bench.kiosk.pipeline.open(amount: Amount(minorUnits: 350), description: nil)
      try await bench.tap()
      _ = try await KioskBench.state(of: charge.id, in: ["sent"], from: &events)
      return charge.id
    }
    for _ in 0..<restarts {
      bench = try await KioskBench(directory: bench.directory, clock: bench.clock, ledger: bench.ledger)
      try await bench.run { _ in }
    }
    bench = try await KioskBench(directory: bench.directory, clock: bench.clock, ledger: bench.ledger)
    try await bench.run { bench in
      let patience = Patience()
      while try await bench.kiosk.pipeline.charge(id).state.receipt == nil {
        bench.clock.advance(by: .seconds(300))
        try await patience.spend()
      }
    }
    let state = bench.ledger.state.withLock { $0 }
    #expect(Set(state.arrived).count == 1)
    #expect(state.posted.count == 1)
    #expect(state.balance == 650)
  }

  @Test func aDebitThatTheLedgerNeverSawIsGivenUpAfterAWeek() async throws {
    let bench = try await KioskBench()
    bench.ledger.script { $0.faults = [.lostRequest] + Array(repeating: .lostAnswer, count: 1) }
    let charge = try await bench.run { bench in
      var events = bench.kiosk.events.watch().makeAsyncIterator()
      let charge = try await bench.kiosk.pipeline.open(amount: Amount(minorUnits: 350), description: nil)
      try await bench.tap()
      _ = try await KioskBench.state(of: charge.id, in: ["unknown"], from: &events)
      return charge
    }
    bench.clock.advance(by: Forwarder.patience)
    let later = try await KioskBench(directory: bench.directory, clock: bench.clock, ledger: bench.ledger)
    try await later.run { later in
      let patience = Patience()
      while try await later.kiosk.pipeline.charge(charge.id).state.word != "refused" {
        later.clock.advance(by: .seconds(300))
        try await patience.spend()
      }
    }
    #expect(bench.ledger.state.withLock { $0.arrived.isEmpty })
  }
}
