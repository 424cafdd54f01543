import FedowProtocol
import Model
import TestKit
import Testing

@testable import Kiosk

/// The ledger unreachable is a state: what is paid then, how much at most, and what comes of it later.
@Suite(.timeLimit(.minutes(10))) struct OfflineTests {
  private static let card = "68B87420"

  /// A kiosk that has seen the card, and whose ledger is away.
  private func bench(balance: Int64 = 5_000) async throws -> VenueBench {
    let bench = try await VenueBench()
    bench.ledger.script { $0.balances[Self.card] = balance }
    try await bench.hear()
    _ = try await bench.run { bench in try await bench.pay(100, Self.card) }
    bench.ledger.script { $0.isThere = false }
    return bench
  }

  @Test func aCardPaysWithoutTheLedgerAndIsPostedWhenItIsBack() async throws {
    let bench = try await bench()
    let charge = try await bench.run { bench in
      let charge = try await bench.pay(350, Self.card)
      #expect(bench.kiosk.link.json["state"] == "offline")
      return charge
    }
    #expect(charge["state"] == "paid_offline")
    #expect(charge["is_offline"] == true)
    let tap = try #require(charge["tap"]?.text.flatMap { EntityID($0) })
    let row = try #require(try await bench.kiosk.store.row(tap))
    #expect(row.state == .pending && row.isOffline)
    let body = try JSON.parse(row.debit.body)
    #expect(body["is_offline"] == true)
    #expect(body["decided_at"]?.text == row.createdAt.wire)
    bench.ledger.script { $0.isThere = true }
    let paid = try await bench.run { later in
      let paid = try await later.wait(for: "paid", of: try VenueBench.id(charge))
      // The outcome is signalled before it is written.
      let patience = Patience()
      while try await later.kiosk.store.offlineFigures().outstanding != .zero { try await patience.spend() }
      return paid
    }
    #expect(paid["receipt"]?["balances"]?.elements?.first?["after"] == 4_550)
  }

  @Test func theLimitsOfCardAndKioskHoldOverRestarts() async throws {
    let bench = try await bench()
    for _ in 0..<3 {
      let charge = try await bench.run { bench in try await bench.pay(300, Self.card) }
      #expect(charge["state"] == "paid_offline")
    }
    let over = try await bench.run { bench in try await bench.pay(101, Self.card) }
    #expect(over["code"] == "offline_limit")
    let rest = try await bench.run { bench in try await bench.pay(100, Self.card) }
    #expect(rest["state"] == "paid_offline")
    #expect(try await bench.kiosk.store.offlineFigures().outstanding == Amount(minorUnits: 1_000))
  }

  @Test func theBalanceAsLastToldIsNotOverdrawnOffline() async throws {
    let bench = try await bench(balance: 600)
    let states = try await bench.run { bench in
      [try await bench.pay(300, Self.card)["state"], try await bench.pay(300, Self.card)["code"]]
    }
    #expect(states == ["paid_offline", "insufficient_funds"])
  }

  @Test func offlineAllCardsTogetherTakeNoMoreThanTheRoomThatWasTold() async throws {
    let bench = try await VenueBench()
    let other = "55B1B557"
    bench.ledger.script {
      $0.balances = [Self.card: 5_000, other: 5_000]
      $0.room = 500
    }
    try await bench.hear()
    _ = try await bench.run { bench in
      _ = try await bench.pay(10, Self.card)
      _ = try await bench.pay(10, other)
    }
    bench.ledger.script { $0.isThere = false }
    let ends = try await bench.run { bench in
      [
        try await bench.pay(300, Self.card)["state"], try await bench.pay(201, other)["code"],
        try await bench.pay(180, other)["state"],
      ]
    }
    #expect(ends == ["paid_offline", "over_ceiling", "paid_offline"])
  }

  @Test func aCardThatWasNeverSeenIsRefusedWithItsReason() async throws {
    let bench = try await bench()
    #expect(try await bench.run { bench in try await bench.pay(1, "01020304") }["code"] == "unknown_card")
  }

  @Test func afterTooLongNothingIsDecidedAnyMore() async throws {
    let bench = try await bench()
    bench.clock.advance(by: .seconds(7_200))
    #expect(try await bench.run { bench in try await bench.pay(1, Self.card) }["state"] == "paid_offline")
    bench.clock.advance(by: .seconds(1))
    #expect(try await bench.run { bench in try await bench.pay(1, Self.card) }["code"] == "offline_limit")
  }

  @Test func aCardOnTheHotlistIsRefusedOfflineAndFreeAgainWhenTheListSaysSo() async throws {
    let bench = try await bench()
    let list = { (state: String, version: Int64) -> JSON in
      ["version": JSON(version), "entries": [["tag": JSON(Self.card), "state": JSON(state)]]]
    }
    try await bench.take(list("blocked", 2))
    #expect(try await bench.run { bench in try await bench.pay(1, Self.card) }["code"] == "blocked_card")
    try await bench.take(list("usable", 3))
    #expect(try await bench.run { bench in try await bench.pay(1, Self.card) }["state"] == "paid_offline")
  }

  /// Forgiven, posted after all, or taken back once it was posted.
  @Test(arguments: ["refused", "posted", "voided"])
  func anOfflineDebitThatTheLedgerRefusesBlocksTheCardUntilItIsSettled(as end: String) async throws {
    let bench = try await bench()
    let charge = try await bench.run { bench in try await bench.pay(350, Self.card) }
    bench.ledger.script { ($0.isThere, $0.refusal) = (true, Refusal(.insufficientFunds)) }
    let code = try await bench.run { later in
      let refused = try await later.wait(for: "refused", of: try VenueBench.id(charge))
      #expect(refused["code"] == "insufficient_funds")
      let patience = Patience()
      while try await later.kiosk.store.offlineFigures().unsettled == 0 { try await patience.spend() }
      later.ledger.script { $0.isThere = false }
      later.kiosk.link.lost(at: later.clock.wallTime())
      return try await later.pay(1, Self.card)["code"]
    }
    #expect(code == "card_unsettled")
    let open = try await bench.kiosk.outbox(in: nil, limit: 10)
    #expect(open.map(\.state) == [.refused] && open.first?.refusal?.code == .insufficientFunds)
    // What is lost stays outstanding, so that the sum of losses is bounded too.
    #expect(try await bench.kiosk.store.offlineFigures().outstanding == Amount(minorUnits: 350))
    // Of what the ledger knows nothing of, or calls open, it goes on; a list on which the card is free is older, maybe.
    let debit = try #require(charge["tap"]?.text.flatMap { EntityID($0) })
    bench.ledger.script { ($0.isThere, $0.version, $0.hotlist) = (true, 9, [(Self.card, "usable")]) }
    for settlement in [nil, "open", "forgiven"] {
      bench.ledger.script { script in
        let state = settlement == "forgiven" ? end : "refused"
        script.reports[debit] = settlement.map {
          ["id": JSON(debit.text), "state": JSON(state), "settlement": JSON($0)]
        }
      }
      #expect(await bench.kiosk.watch.look(wait: .zero))
      let outstanding = Amount(minorUnits: settlement == "forgiven" ? 0 : 350)
      #expect(try await bench.kiosk.store.offlineFigures().outstanding == outstanding)
    }
    let written = try await bench.kiosk.store.auditTrail(after: 0).last
    #expect(written?["what"] == "settled_elsewhere" && written?["subject"]?.text == debit.text)
    bench.ledger.script { $0.isThere = false }
    bench.kiosk.link.lost(at: bench.clock.wallTime())
    #expect(try await bench.run { bench in try await bench.pay(1, Self.card) }["state"] == "paid_offline")
  }

  @Test func aFullOutboxTakesNoMore() async throws {
    let bench = try await bench()
    let small = try await VenueBench(
      directory: bench.directory, clock: bench.clock, ledger: bench.ledger, outboxLimit: 1)
    let ends = try await small.run { small in
      [try await small.pay(1, Self.card)["state"], try await small.pay(1, Self.card)["code"]]
    }
    #expect(ends == ["paid_offline", "offline_limit"])
  }

  /// Else a kiosk goes on without its ledger for longer than its place allows.
  @Test func whatWasHeardIsOfTheInstantAtWhichItWasHeard() async throws {
    let bench = try await VenueBench()
    let heardAt = bench.clock.wallTime()
    let clock = bench.clock
    bench.ledger.script { $0.insteadOfPolicy = { clock.advance(by: .seconds(60)) } }
    let task = Task { await bench.kiosk.watch.run() }
    defer { task.cancel() }
    let patience = Patience()
    while bench.kiosk.link.json["state"] != "offline" { try await patience.spend() }
    #expect(bench.kiosk.link.lastContact == heardAt)
    #expect(try await bench.kiosk.store.remembered("hotlist")?.at == heardAt)
    #expect(try await bench.kiosk.store.remembered("contact")?.at == heardAt)
  }

  @Test func aDiskThatFailsSaysNothingOfTheLedger() async throws {
    let bench = try await VenueBench()
    bench.kiosk.link.lost(at: bench.clock.wallTime())
    try await bench.directory.kioskDisk().write { try $0.execute(sql: "ALTER TABLE knowledge RENAME TO away") }
    #expect(await bench.kiosk.watch.look(wait: .zero) == false)
    #expect(bench.kiosk.link.json["state"] == "offline")
    #expect(bench.kiosk.link.lastContact == nil)
  }

  @Test func theWatchLearnsHotlistAndPolicyAndNoticesComingAndGoing() async throws {
    let bench = try await VenueBench()
    bench.ledger.script { $0.hotlist = [("DEADBEEF", "blocked")] }
    var events = bench.kiosk.events.watch().makeAsyncIterator()
    let task = Task { await bench.kiosk.watch.run() }
    defer { task.cancel() }
    let patience = Patience()
    while try await bench.kiosk.store.hotlistVersion() == 0 || bench.kiosk.policies.offline.perCard == .zero {
      try await patience.spend()
    }
    #expect(bench.kiosk.policies.spendOrder.order == [.federated, .ownLocal])
    #expect(bench.kiosk.policies.voidWindow == .seconds(300))
    #expect(try await bench.kiosk.store.offlineFigures().hotlisted == 1)
    for (isThere, word) in [(false, "offline"), (true, "online")] {
      bench.ledger.script { $0.isThere = isThere }
      let patience = Patience()
      while bench.kiosk.link.json["state"]?.text != word {
        bench.clock.advance(by: .seconds(3))
        try await patience.spend()
      }
      #expect(await events.next()?.data["state"]?.text == word)
    }
    #expect(try await bench.restarted().kiosk.policies.offline.perCard == Amount(minorUnits: 1_000))
  }
}
