import FedowProtocol
import Kiosk
import Model
import TestKit
import Testing

@Suite(.timeLimit(.minutes(10))) struct PipelineTests {
  private static let ends: Set = ["paid", "refused", "unknown", "expired", "cancelled"]

  /// Opens a charge, taps, and gives the charge's end.
  private func pay(_ amount: Int64, _ bench: KioskBench) async throws -> JSON {
    try await bench.run { bench in
      var events = bench.kiosk.events.watch().makeAsyncIterator()
      let charge = try await bench.kiosk.pipeline.open(amount: Amount(minorUnits: amount), description: "Bière")
      try await bench.tap()
      return try await KioskBench.state(of: charge.id, in: Self.ends, from: &events)
    }
  }

  @Test func aTapPaysTheOpenChargeAndTheReceiptSaysHow() async throws {
    let bench = try await KioskBench()
    let charge = try await pay(350, bench)
    #expect(charge["state"] == "paid")
    #expect(charge["receipt"]?["balances"]?.elements?.first?["after"] == 650)
    let steps = charge["spans_us"]?.object?.keys
    #expect(steps == ["seen", "read", "decided", "durable", "posted", "answered"])
    let sent = bench.ledger.state.withLock { $0.arrived }
    let body = try JSON.parse(#require(sent.first).body)
    #expect(body["comment"] == "Bière")
    #expect(body["id"] == charge["tap"])
  }

  @Test func theRowIsOnTheDiskBeforeTheRequestLeaves() async throws {
    let bench = try await KioskBench()
    bench.ledger.script { $0.faults = [.lostRequest] }
    let charge = try await pay(350, bench)
    #expect(charge["state"] == "unknown")
    let tap = try #require(charge["tap"]?.text.flatMap { EntityID($0) })
    #expect(try await bench.kiosk.store.row(tap) != nil)
  }

  @Test(arguments: [Refusal.Code.cardUnknown, .ledgerUnreachable, .signatureInvalid])
  func aCardThatCannotBeReadRefusesTheChargeAndLeavesNoDebit(code: Refusal.Code) async throws {
    let bench = try await KioskBench()
    bench.ledger.script { $0.cardRefusal = Refusal(code) }
    let charge = try await pay(350, bench)
    #expect(charge["state"] == "refused")
    #expect(charge["code"]?.text == code.rawValue)
    #expect(try await bench.kiosk.store.waitingRows().isEmpty)
  }

  @Test func tooLittleMoneyIsRefusedHereWithTheSumThatIsMissing() async throws {
    let bench = try await KioskBench()
    let charge = try await pay(1_250, bench)
    #expect(charge["code"] == "insufficient_funds")
    #expect(charge["sentence"]?.text?.contains("2.50 is missing") == true)
    #expect(bench.ledger.state.withLock { $0.arrived.isEmpty })
  }

  @Test func theLedgersRefusalEndsTheChargeAndTheRow() async throws {
    let bench = try await KioskBench()
    bench.ledger.script { $0.postRefusal = Refusal(.cardBlocked) }
    let charge = try await pay(350, bench)
    #expect(charge["code"] == "blocked_card")
    let tap = try #require(charge["tap"]?.text.flatMap { EntityID($0) })
    #expect(try await bench.kiosk.store.row(tap)?.charge.text == charge["id"]?.text)
  }

  @Test func onlyOneChargeIsOpenAtATime() async throws {
    let bench = try await KioskBench()
    let first = try await bench.kiosk.pipeline.open(amount: Amount(minorUnits: 1), description: nil)
    await #expect(throws: Refusal(.chargeBusy)) {
      try await bench.kiosk.pipeline.open(amount: Amount(minorUnits: 2), description: nil)
    }
    #expect(try await bench.kiosk.pipeline.cancel(first.id).state == .cancelled)
    _ = try await bench.kiosk.pipeline.open(amount: Amount(minorUnits: 3), description: nil)
  }

  @Test func aChargeThatNobodyTapsForExpiresByItselfAndALateTapDoesNotPayIt() async throws {
    let bench = try await KioskBench()
    try await bench.run { bench in
      var events = bench.kiosk.events.watch().makeAsyncIterator()
      let charge = try await bench.kiosk.pipeline.open(amount: Amount(minorUnits: 350), description: nil)
      let patience = Patience()
      while bench.clock.sleeperCount == 0 { try await patience.spend() }
      bench.clock.advance(by: .seconds(120))
      let end = try await KioskBench.state(of: charge.id, in: Self.ends, from: &events)
      #expect(end["state"] == "expired")
      try await bench.tap()
      #expect(try await bench.kiosk.pipeline.charge(charge.id).state == .expired)
    }
    #expect(bench.ledger.state.withLock { $0.arrived.isEmpty })
  }

  @Test func aTapWithoutAChargeIsOnlyTold() async throws {
    let bench = try await KioskBench()
    var events = bench.kiosk.events.watch().makeAsyncIterator()
    try await bench.tap("04A1B2C3D4E5F6")
    let event = await events.next()
    #expect(event?.kind == .tap)
    #expect(event?.data["uid"] == "04A1B2C3D4E5F6")
    #expect(event?.data["charge"]?.isNull == true)
  }

  @Test func whatTheReaderRefusesLeavesTheChargeWaiting() async throws {
    let bench = try await KioskBench()
    let charge = try await bench.kiosk.pipeline.open(amount: Amount(minorUnits: 350), description: nil)
    await bench.kiosk.pipeline.handle(
      .refused(Refusal(.oneCardOnly), ReaderID("test"), nil), at: bench.clock.now())
    #expect(try await bench.kiosk.pipeline.charge(charge.id).state == .waiting)
  }

  @Test func aPaidChargeIsToldAgainAfterARestart() async throws {
    let bench = try await KioskBench()
    let charge = try await pay(350, bench)
    let id = try #require(charge["id"]?.text.flatMap { EntityID($0) })
    let again = try await KioskBench(directory: bench.directory, clock: bench.clock, ledger: bench.ledger)
    // The charge's end is written after it was signalled; the restart of this test may come between the two.
    let state = try await again.run { again in
      var events = again.kiosk.events.watch().makeAsyncIterator()
      let state = try await again.kiosk.pipeline.charge(id).json
      if state["state"] == "paid" { return state }
      return try await KioskBench.state(of: id, in: ["paid"], from: &events)
    }
    #expect(state["receipt"] == charge["receipt"])
    #expect(bench.ledger.state.withLock { $0.balance } == 650)
  }

  @Test(arguments: [0, -350]) func onlyAPositiveAmountIsCharged(amount: Int64) async throws {
    let bench = try await KioskBench()
    await #expect(throws: Refusal(.amountInvalid)) {
      try await bench.kiosk.pipeline.open(amount: Amount(minorUnits: amount), description: nil)
    }
  }
}
