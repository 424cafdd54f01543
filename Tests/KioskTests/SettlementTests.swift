import FedowProtocol
import Kiosk
import Model
import TestKit
import Testing

/// What an operator does about the ledger's refusals and the place's keys: under their card, and written down.
@Suite(.timeLimit(.minutes(10))) struct SettlementTests {
  private static let card = "68B87420"

  /// A kiosk whose offline debit of 3.50 was refused, with the debit's id.
  private func refused() async throws -> (bench: VenueBench, debit: EntityID) {
    let bench = try await VenueBench()
    bench.ledger.script { $0.balances[Self.card] = 5_000 }
    try await bench.hear()
    let charge = try await bench.run { bench in
      _ = try await bench.pay(100, Self.card)
      bench.ledger.script { $0.isThere = false }
      bench.kiosk.link.lost(at: bench.clock.wallTime())
      return try await bench.pay(350, Self.card)
    }
    bench.ledger.script { ($0.isThere, $0.refusal) = (true, Refusal(.insufficientFunds)) }
    try await bench.run { later in
      _ = try await later.wait(for: "refused", of: try VenueBench.id(charge))
      let patience = Patience()
      while try await later.kiosk.store.offlineFigures().unsettled == 0 { try await patience.spend() }
    }
    bench.ledger.script { $0.refusal = nil }
    return (bench, try #require(charge["tap"]?.text.flatMap { EntityID($0) }))
  }

  @Test("a refused offline debit is settled by the ledger under the operator's card, and only then is its card free")
  func settled() async throws {
    for how in ["retry", "forgive"] {
      let (bench, debit) = try await refused()
      try await bench.run { bench in
        let settle = {
          how == "retry" ? try await bench.kiosk.retry(debit) : try await bench.kiosk.forgive(debit)
        }
        await #expect(throws: Refusal(.operatorCardNeeded)) { try await settle() }
        try await bench.openSession()
        bench.ledger.script { $0.isThere = false }
        await #expect(throws: Refusal(.ledgerUnreachable)) { try await settle() }
        #expect(try await bench.kiosk.store.offlineFigures().unsettled == 1)
        bench.ledger.script { $0.isThere = true }
        // A receipt of another debit is no word about this one, nor is, of one to be forgiven, that it was refused.
        let others: [JSON] = [["id": JSON(EntityID.random().text), "state": "posted"], ["state": "posted"]]
        for other in others + (how == "forgive" ? [["id": JSON(debit.text), "state": "refused"]] : []) {
          bench.ledger.script { $0.answerOfAnother = other }
          await #expect { try await settle() } throws: { ($0 as? Refusal)?.code == .ledgerUnreachable }
          #expect(try await bench.kiosk.store.offlineFigures().unsettled == 1)
        }
        bench.ledger.script { $0.answerOfAnother = nil }
        let answer = try await settle()
        #expect(answer["how"]?.text == how && answer["ledger"]?["id"]?.text == debit.text)
        #expect(bench.ledger.script { $0.calls.last } == "POST /v1/debits/\(debit)/settle/")
        #expect(try await bench.kiosk.store.offlineFigures().unsettled == 0)
        #expect(try await bench.kiosk.store.offlineFigures().outstanding == .zero)
        let written = try await bench.kiosk.store.auditTrail(after: 0).last
        #expect(written?["what"]?.text == "settle_\(how)")
        #expect(written?["operator_card"]?.text == VenueBench.operatorCard)
        #expect(try await bench.pay(1, Self.card)["state"] == "paid")
      }
    }
  }

  @Test("a refusal that the ledger knows nothing of is let go here, and is not charged again where the money was taken")
  func unknownToTheLedger() async throws {
    for isPosted in [false, true] {
      let (bench, debit) = try await refused()
      let ledger = bench.ledger
      ledger.script { $0.beforeSettling = { () throws(Refusal) in throw Refusal(.notFound) } }
      if isPosted { ledger.script { $0.posted[debit] = 350 } }
      try await bench.run { bench in
        try await bench.openSession()
        let unsettled = { try await bench.kiosk.store.offlineFigures().unsettled }
        if !isPosted {
          let refusal = await #expect(throws: Refusal.self) { try await bench.kiosk.retry(debit) }
          #expect(refusal?.code == .ledgerRefused && refusal?.sentence.contains("charge the card anew") == true)
          #expect(try await unsettled() == 1)
        }
        ledger.script { state in
          state.beforeSettling = { () throws(Refusal) in
            ledger.script { $0.isThere = false }
            throw Refusal(.notFound)
          }
        }
        await #expect(throws: Refusal(.ledgerUnreachable)) { try await bench.kiosk.forgive(debit) }
        #expect(try await unsettled() == 1)
        ledger.script { $0.isThere = true }
        ledger.script { $0.beforeSettling = { () throws(Refusal) in throw Refusal(.notFound) } }
        let answer = isPosted ? try await bench.kiosk.retry(debit) : try await bench.kiosk.forgive(debit)
        #expect(answer["ledger"]?["id"]?.text == (isPosted ? debit.text : nil))
        #expect(try await unsettled() == 0)
        #expect(try await bench.kiosk.store.offlineFigures().outstanding == .zero)
        let written = try await bench.kiosk.store.auditTrail(after: 0).last
        #expect(written?["what"]?.text == (isPosted ? "settle_retry" : "settle_forgive"))
      }
    }
  }

  @Test("nothing is settled but a refused offline debit: what waits is tried at once, what was paid stays paid")
  func notSettled() async throws {
    let bench = try await VenueBench()
    bench.ledger.script { $0.balances[Self.card] = 5_000 }
    try await bench.hear()
    try await bench.run { bench in
      let paid = try #require(try await bench.pay(100, Self.card)["tap"]?.text.flatMap { EntityID($0) })
      let patience = Patience()
      while try await bench.kiosk.store.row(paid)?.state != .posted { try await patience.spend() }
      try await bench.openSession()
      for settle in [bench.kiosk.retry, bench.kiosk.forgive] as [@Sendable (EntityID) async throws -> JSON] {
        await #expect { try await settle(paid) } throws: { ($0 as? Refusal)?.code == .alreadySettled }
        await #expect { try await settle(.random()) } throws: { ($0 as? Refusal)?.code == .notFound }
      }
      bench.ledger.script { $0.isThere = false }
      bench.kiosk.link.lost(at: bench.clock.wallTime())
      let charge = try await bench.pay(100, Self.card)
      bench.ledger.script { $0.isThere = true }
      let waiting = try #require(charge["tap"]?.text.flatMap { EntityID($0) })
      #expect(try await bench.kiosk.retry(waiting)["state"]?.text == "pending")
      _ = try await bench.wait(for: "paid", of: try VenueBench.id(charge))
      #expect(bench.ledger.script { $0.calls.filter { $0.contains("settle") } } == [])
    }
  }

  @Test("codes for kiosks are made and kiosks revoked under the operator's card, and written down")
  func devices() async throws {
    let bench = try await VenueBench()
    let device = EntityID.random()
    try await bench.run { bench in
      let acts: [(path: String, what: String, act: @Sendable () async throws -> JSON)] = [
        ("POST /v1/devices/codes/", "device_code", { try await bench.kiosk.enrolmentCode(name: "Terrace") }),
        ("POST /v1/devices/\(device)/revoke/", "device_revoke", { try await bench.kiosk.revokeDevice(device) }),
      ]
      for act in acts { await #expect(throws: Refusal(.operatorCardNeeded)) { try await act.act() } }
      #expect(bench.ledger.script { $0.calls } == [])
      try await bench.openSession()
      for act in acts {
        _ = try await act.act()
        #expect(bench.ledger.script { $0.calls.last } == act.path)
        let written = try await bench.kiosk.store.auditTrail(after: 0).last
        #expect(written?["what"]?.text == act.what)
        #expect(written?["operator_card"]?.text == VenueBench.operatorCard)
      }
      bench.ledger.script { $0.answerOfAnother = ["device": JSON(EntityID.random().text)] }
      await #expect { try await bench.kiosk.revokeDevice(device) } throws: {
        ($0 as? Refusal)?.code == .ledgerUnreachable
      }
      bench.ledger.script { $0.answerOfAnother = nil }
      bench.ledger.script { $0.isThere = false }
      for act in acts { await #expect(throws: Refusal(.ledgerUnreachable)) { try await act.act() } }
      #expect(try await bench.kiosk.store.auditTrail(after: 0).last?["what"] == "device_revoke")
    }
  }
}
