import FedowProtocol
import GRDB
@testable import Kiosk
import Model
import TestKit
import Testing

/// Charges that several cards pay, and charges that are taken back: nothing remains half.
@Suite(.timeLimit(.minutes(10))) struct PartsAndUndoTests: TwoCards {
  @Test func aSecondCardPaysTheRestAndNoMore() async throws {
    let bench = try await bench()
    let paid = try await bench.run { bench in
      let half = try await bench.pay(500, Self.first, terms: Self.parts)
      #expect(half["state"] == "partly_paid" && half["missing"] == 300)
      try await bench.tap(Self.second)
      return try await bench.wait(for: "paid", of: try VenueBench.id(half))
    }
    #expect(paid["parts"]?.elements?.map { $0["amount"] } == [200, 300])
    #expect(Set(paid["parts"]?.elements?.compactMap { $0["tap"]?.text } ?? []).count == 2)
    #expect(paid["receipt"]?["transactions"]?.elements?.count == 2)
    #expect(balances(bench) == [0, 700])
  }

  @Test func aCardThatHasNothingLeavesThePartlyPaidChargeWaiting() async throws {
    let bench = try await bench()
    try await bench.run { bench in
      let half = try await bench.pay(500, Self.first, terms: Self.parts)
      try await bench.tap(Self.first)
      var shown = half
      let patience = Patience()
      while shown["code"]?.isNull ?? true {
        shown = try await bench.kiosk.pipeline.charge(try VenueBench.id(half)).json
        try await patience.spend()
      }
      #expect(shown["state"] == "partly_paid" && shown["code"] == "insufficient_funds")
      let done = try await bench.kiosk.pipeline.complete(try VenueBench.id(half), by: "cash")
      #expect(done.json["other_means"]?["amount"] == 300)
      #expect(done.state.word == "paid")
    }
    #expect(balances(bench) == [0, 1_000])
  }

  @Test func cancellingAPartlyPaidChargeGivesItsPartBack() async throws {
    let bench = try await bench()
    try await bench.run { bench in
      let half = try await bench.pay(500, Self.first, terms: Self.parts)
      #expect(try await bench.kiosk.pipeline.cancel(try VenueBench.id(half)).state == .voiding)
      _ = try await bench.wait(for: "cancelled", of: try VenueBench.id(half))
    }
    #expect(balances(bench) == [200, 1_000])
  }

  @Test(arguments: [true, false]) func aPartlyPaidChargeThatNobodyCompletesIsGivenBack(byRestart: Bool) async throws {
    let bench = try await bench()
    let charge = try await bench.run { bench in
      let half = try await bench.pay(500, Self.first, terms: Self.parts)
      let tap = try #require(half["tap"]?.text.flatMap { EntityID($0) })
      let patience = Patience()
      while try await bench.kiosk.store.row(tap)?.state != .posted { try await patience.spend() }
      if !byRestart { bench.clock.advance(by: .seconds(120)) }
      if !byRestart { _ = try await bench.wait(for: "expired", of: try VenueBench.id(half)) }
      return half
    }
    try await bench.run { later in _ = try await later.wait(for: "expired", of: try VenueBench.id(charge)) }
    #expect(balances(bench) == [200, 1_000])
  }

  /// The goods went when the second card was accepted: what the ledger then refuses is owed, and nothing is given back.
  @Test(arguments: [true, false])
  func ofAChargeAcceptedOfflineThePaidPartStaysPaidWhenTheOtherIsRefused(byRestart: Bool) async throws {
    let bench = try await bench()
    try await bench.hear()
    let charge = try await bench.run { bench in
      for card in [Self.first, Self.second] { _ = try await bench.pay(10, card) }
      bench.ledger.script { $0.isThere = false }
      let half = try await bench.pay(400, Self.first, terms: Self.parts)
      try await bench.tap(Self.second)
      let charge = try VenueBench.id(half)
      _ = try await bench.wait(for: "paid_offline", of: charge)
      bench.ledger.script { ($0.isThere, $0.refusals[Self.second]) = (true, Refusal(.insufficientFunds)) }
      if !byRestart {
        await bench.kiosk.forwarder.hurry()
        let patience = Patience()
        while try await bench.kiosk.pipeline.charge(charge).state.word != "partly_paid" { try await patience.spend() }
        // What would be given back is by then.
        _ = try await bench.pay(1, Self.first)
      }
      return charge
    }
    try await bench.run { later in
      let patience = Patience()
      while try await later.kiosk.store.charge(charge)?.state.word != "partly_paid" { try await patience.spend() }
    }
    // Nor does a kiosk that starts give it back.
    try await bench.run { later in _ = try await later.pay(1, Self.first) }
    #expect(bench.ledger.script { $0.voids.isEmpty })
    #expect(balances(bench) == [0, 990])
  }

  /// No goods went for it, or others paid for them: nobody owes it, and the ledger holds the card no longer.
  @Test(arguments: [Ending.refused, .completed, .restarted])
  func whatTheLedgerRefusesOfAChargeIsOwedByNobody(ending: Ending) async throws {
    let bench = try await bench()
    try await bench.hear()
    let disk = try bench.directory.kioskDisk()
    let (id, debit) = try await bench.run { bench in
      _ = try await bench.pay(10, Self.first)
      let open =
        ending == .completed ? try VenueBench.id(try await bench.pay(1_500, Self.second, terms: Self.parts)) : nil
      bench.ledger.script { $0.isThere = false }
      bench.kiosk.link.lost(at: bench.clock.wallTime())
      let id: EntityID
      if let open {
        id = open
        try await bench.tap(Self.first)
      } else {
        id = try VenueBench.id(try await bench.pay(500, Self.first, terms: Self.parts))
      }
      let patience = Patience()
      while try await bench.kiosk.pipeline.charge(id).parts.last?.state != .accepted { try await patience.spend() }
      try await bench.handedOver()
      if ending == .restarted {
        try await disk.write {
          try $0.execute(
            sql: """
              CREATE TRIGGER broken BEFORE INSERT ON outbox WHEN new.voids IS NOT NULL
                BEGIN SELECT RAISE(ABORT, 'disk'); END
              """)
        }
      }
      bench.ledger.script { ($0.isThere, $0.refusals[Self.first]) = (true, Refusal(.insufficientFunds)) }
      let debit = try #require(try await bench.kiosk.pipeline.charge(id).parts.last?.tap)
      await bench.kiosk.forwarder.hurry()
      if ending == .completed {
        while try await bench.kiosk.store.offlineFigures().unsettled == 0 { try await patience.spend() }
        while try await bench.kiosk.pipeline.charge(id).parts.last?.state != .refused { try await patience.spend() }
        // While the charge is open, nobody knows yet.
        #expect(try await bench.kiosk.store.claims(on: id).count == 1)
        bench.ledger.script { $0.refusals = [:] }
        #expect(try await bench.kiosk.pipeline.complete(id, by: "cash").state.word == "paid")
      } else {
        _ = try await bench.wait(for: "refused", of: id)
        bench.ledger.script { $0.refusals = [:] }
      }
      if ending == .restarted {
        while try await bench.kiosk.store.offlineFigures().unsettled == 0 { try await patience.spend() }
        try await disk.write { try $0.execute(sql: "DROP TRIGGER broken") }
      } else {
        while try await bench.kiosk.store.offlineFigures().unsettled > 0 { try await patience.spend() }
      }
      return (id, debit)
    }
    try await bench.run { later in
      let patience = Patience()
      while try await later.kiosk.store.offlineFigures().unsettled > 0 { try await patience.spend() }
      #expect(try await later.kiosk.store.offlineFigures().outstanding == .zero)
      #expect(try await later.pay(5, Self.first)["state"] == "paid")
      #expect(try await later.kiosk.pipeline.charge(id).state.word == (ending == .completed ? "paid" : "refused"))
    }
    #expect(bench.ledger.script { Array($0.voids.keys) } == [debit])
    #expect(balances(bench) == [185, ending == .completed ? 0 : 1_000])
    #expect(try await bench.kiosk.store.auditTrail(after: 0).map { $0["what"]?.text } == ["claim_dropped"])
  }

  enum Ending {
    /// The one card that paid is refused, and the charge with it.
    case refused
    /// Another card and cash pay for it.
    case completed
    /// As refused, and the disk does not take the void until the kiosk is started again.
    case restarted
  }

  @Test func theLastChargeIsTakenBackOnceUnderAnOperatorsCard() async throws {
    let bench = try await bench()
    try await bench.run { bench in
      let old = try await bench.pay(100, Self.second)
      let charge = try VenueBench.id(try await bench.pay(150, Self.second))
      await #expect(throws: Refusal(.operatorCardNeeded)) { try await bench.kiosk.pipeline.undo(charge) }
      try await bench.openSession()
      await #expect(throws: Refusal.self) { try await bench.kiosk.pipeline.undo(try VenueBench.id(old)) }
      // The void's answer is lost: it is found out by its id, and nothing is given back twice.
      bench.ledger.script { $0.lostAnswers = 1 }
      #expect(try await bench.kiosk.pipeline.undo(nil).id == charge)
      let patience = Patience()
      while try await bench.kiosk.pipeline.charge(charge).state != .voided {
        bench.clock.advance(by: .seconds(1))
        try await patience.spend()
      }
      try await bench.openSession()
      await #expect(throws: Refusal(.alreadyVoided)) { try await bench.kiosk.pipeline.undo(charge) }
    }
    #expect(balances(bench) == [200, 900])
    #expect(bench.ledger.script { $0.voids.count } == 1)
    let trail = try await bench.kiosk.store.auditTrail(after: 0)
    #expect(trail.compactMap { $0["what"]?.text } == ["operator_open", "void", "operator_open"])
    #expect(trail[1]["operator_card"]?.text == VenueBench.operatorCard)
  }

  @Test func aChargeWhoseVoidTheLedgerRefusesIsPaidAndSaysWhy() async throws {
    let bench = try await bench()
    try await bench.run { bench in
      let charge = try await bench.payAndUndoInVain(150, Self.second, because: Refusal(.voidNotCovered))
      #expect(try await bench.kiosk.pipeline.charge(charge).json["code"]?.text == "void_not_covered")
      #expect(try await bench.kiosk.store.charge(charge)?.state.word == "paid")
      bench.ledger.script { $0.refusal = nil }
      _ = try await bench.kiosk.pipeline.undo(charge)
      _ = try await bench.wait(for: "voided", of: charge)
    }
    #expect(balances(bench) == [200, 1_000])
  }

  @Test func aVoidOutlivesARestartAndALateOneIsRefused() async throws {
    let bench = try await bench()
    let charge = try await bench.run { bench in
      let charge = try VenueBench.id(try await bench.pay(150, Self.second))
      try await bench.openSession()
      bench.ledger.script { $0.isThere = false }
      #expect(try await bench.kiosk.pipeline.undo(charge).state == .voiding)
      return charge
    }
    bench.ledger.script { $0.isThere = true }
    try await bench.run { later in
      _ = try await later.wait(for: "voided", of: charge)
      let next = try VenueBench.id(try await later.pay(10, Self.second))
      later.clock.advance(by: .seconds(601))
      try await later.openSession()
      await #expect(throws: Refusal(.voidTooLate)) { try await later.kiosk.pipeline.undo(next) }
    }
    #expect(balances(bench) == [200, 990])
  }

  @Test func theLastChargeIsTakenBackAlsoAfterARestart() async throws {
    let bench = try await bench()
    let charge = try await bench.run { bench in
      let charge = try VenueBench.id(try await bench.pay(150, Self.second))
      // The outcome is signalled before it is written.
      let patience = Patience()
      while try await !bench.kiosk.store.waitingRows().isEmpty { try await patience.spend() }
      return charge
    }
    try await bench.run { later in
      let paid = try await later.kiosk.pipeline.charge(charge)
      #expect(paid.paidAt != nil)
      try await later.openSession()
      #expect(try await later.kiosk.pipeline.undo(nil).id == charge)
      _ = try await later.wait(for: "voided", of: charge)
    }
    #expect(balances(bench) == [200, 1_000])
  }

  @Test func anOperatorsSessionEndsByItselfAndOnlyAnOperatorsCardOpensOne() async throws {
    let bench = try await bench()
    try await bench.run { bench in
      _ = try await bench.kiosk.pipeline.askForOperator()
      try await bench.tap(Self.second)
      let patience = Patience()
      while await bench.kiosk.pipeline.operatorReport()["state"] != "closed" { try await patience.spend() }
      #expect(try await bench.kiosk.store.auditTrail(after: 0).last?["detail"] == "primary_card_invalid")
      try await bench.openSession()
      for _ in 0..<7 {
        bench.clock.advance(by: .seconds(119))
        #expect(try await bench.kiosk.pipeline.operatorCard() == VenueBench.operatorCard)
      }
      bench.clock.advance(by: .seconds(67))
      await #expect(throws: Refusal(.operatorCardNeeded)) { try await bench.kiosk.pipeline.operatorCard() }
      try await bench.openSession()
      bench.clock.advance(by: .seconds(120))
      #expect(await bench.kiosk.pipeline.operatorReport()["state"] == "closed")
    }
  }

  /// While the second card is read, the ledger refuses what the first paid offline; then the second is refused too.
  @Test func whatBecomesOfAPartWhileAnotherCardIsLookedAtIsNotForgotten() async throws {
    let bench = try await bench()
    try await bench.hear()
    try await bench.run { bench in
      _ = try await bench.pay(10, Self.first)
      bench.ledger.script { $0.isThere = false }
      bench.kiosk.link.lost(at: bench.clock.wallTime())
      let charge = try VenueBench.id(try await bench.pay(500, Self.first, terms: Self.parts))
      bench.ledger.script { state in
        (state.isThere, state.refusals[Self.first]) = (true, Refusal(.insufficientFunds))
        state.whileReading = {
          await bench.kiosk.forwarder.hurry()
          let patience = Patience()
          while await bench.kiosk.pipeline.news(of: charge).first?.state == .accepted,
            (try? await patience.spend()) != nil
          {}
        }
      }
      _ = bench.kiosk.link.heard(at: bench.clock.wallTime())
      try await bench.tap("99999999")
      let refused = try await bench.wait(for: "refused", of: charge)
      #expect(refused["code"]?.text == "unknown_card" && refused["missing"] == 500)
      let patience = Patience()
      while try await bench.kiosk.store.charge(charge)?.state.word != "refused" { try await patience.spend() }
    }
  }
}
