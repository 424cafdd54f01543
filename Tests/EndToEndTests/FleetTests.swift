import FedowProtocol
import Foundation
import GRDB
import Kiosk
import Model
import Synchronization
import TestKit
import Testing

/// Copies of one card at many kiosks, with and without a ledger; and what was decided without it, brought to it.
@Suite("Many kiosks before one ledger", .serialized, .timeLimit(.minutes(10)))
struct FleetTests {
  private static let card = "C0000001"
  private static let other = "C0000002"

  @Test("Sixteen copies of one card, tapped at once, pay what is there and no more")
  func online() async throws {
    let fleet = try await Fleet(kiosks: 16, cards: [(Self.card, 1000)], policy: ["--offline", "off"])
    let ledger = try fleet.startLedger()
    try await fleet.run {
      let ends = try await Self.tapEverywhere(fleet, amount: 300)
      #expect(ends.count { $0["state"] == "paid" } == 3)
      #expect(ends.count { $0["code"] == "insufficient_funds" } == 13, "\(ends.map(\.compact))")
    }
    #expect(try fleet.money(Self.card) == 100)
    #expect(ledger.end() == 0)
    #expect(try fleet.isSound() == true)
  }

  @Test(
    "A refill of which something is lost, or that arrives twice, fills the card once",
    arguments: [NetworkFault.lostRequest, .lostAnswer, .cutAnswer, .twiceFirst, .twiceSecond])
  func refill(fault: NetworkFault) async throws {
    let isFirst = Mutex(true)
    let plan = FaultPlan(seed: 1, kinds: [fault]) { request in
      guard request.path.hasPrefix("/transaction/") else { return 0 }
      return isFirst.withLock { first in
        defer { first = false }
        return first ? 1 : 0
      }
    }
    let fleet = try await Fleet(
      kiosks: 1, cards: [(Self.card, 1000)], policy: ["--offline", "off"], plan: plan)
    let ledger = try fleet.startLedger()
    fleet.proxy.calm(false)
    let filled = try await fleet.kiosks[0].refill(Self.card, asset: nil, amount: Amount(minorUnits: 500))
    #expect(filled["amount"]?.int64 == 500 && fleet.proxy.report.faults == [fault: 1])
    #expect(try fleet.money(Self.card) == 1500)
    #expect(ledger.end() == 0)
    #expect(try fleet.isSound() == true)
  }

  @Test("Without the ledger the loss stays within what a card and a device may take, and marks the cards")
  func offline() async throws {
    let cards = [(Self.card, Int64(2000)), (Self.other, Int64(2000))]
    let fleet = try await Fleet(
      kiosks: 16, cards: cards,
      policy: ["--offline", "on", "--offline-per-card", "5.00", "--offline-per-device", "7.00"])
    let before = try fleet.startLedger()
    let later = Later()
    try await fleet.run {
      try await fleet.learnPolicy()
      for card in cards {
        #expect(try await Self.tapEverywhere(fleet, card.0, amount: 1).allSatisfy { $0["state"] == "paid" })
      }
      before.kill()
      try await Self.goOffline(fleet)
      later.hold(try fleet.startLedger())
      for kiosk in fleet.kiosks {
        await kiosk.forwarder.hurry()
        let patience = Patience()
        while try await !kiosk.store.waitingRows().isEmpty { try await patience.spend() }
      }
      for kiosk in fleet.kiosks { try await Self.checkLoss(of: kiosk) }
    }
    // 16 times 4.00 of each card were given away, and each had 19.84.
    for card in cards { #expect(try fleet.money(card.0) == 184) }
    let unsettled = try fleet.books { database in
      try Int.fetchAll(database, sql: "SELECT unsettled FROM cards WHERE first_tag_id LIKE 'C%' ORDER BY 1")
    }
    #expect(unsettled.allSatisfy { $0 > 0 })
    let answer = try await fleet.kiosks[0].card(Self.card)
    #expect(answer["state"] == "unsettled", "\(answer.compact)")
    #expect(later.end() == 0)
    #expect(try fleet.isSound() == true)
  }

  @Test("A kiosk that gets another key keeps what waits in its outbox, and the new key has it posted")
  func anotherKey() async throws {
    let policy = ["--offline", "on", "--offline-per-card", "5.00", "--offline-per-device", "7.00"]
    let fleet = try await Fleet(kiosks: 1, cards: [(Self.card, 1000)], policy: policy)
    let before = try fleet.startLedger()
    try await fleet.run {
      try await fleet.learnPolicy()
      #expect(try await fleet.kiosks[0].pay(100, Self.card)["state"] == "paid")
      before.kill()
      #expect(try await fleet.kiosks[0].pay(200, Self.card)["state"] == "paid_offline")
    }
    let ledger = try fleet.startLedger()
    let renewed = try await fleet.renewed(0)
    #expect(try await renewed.store.waitingRows().count == 1)
    try await fleet.run([renewed]) {
      await renewed.forwarder.hurry()
      let patience = Patience()
      while try await !renewed.store.waitingRows().isEmpty { try await patience.spend() }
    }
    #expect(try fleet.money(Self.card) == 700)
    // Both keys are in the chain of authorities, and the block that waited was made by the new one's.
    let records = try fleet.books { try String.fetchAll($0, sql: "SELECT reason FROM authorities ORDER BY number") }
    #expect(records.suffix(3) == ["enrolled", "enrolled", "revoked"])
    let makers = try fleet.books { database in
      try Int.fetchAll(database, sql: "SELECT authority FROM transactions WHERE action = 'SAL' ORDER BY sequence")
    }
    #expect(makers == [records.count - 2, records.count - 1])
    #expect(ledger.end() == 0)
    #expect(try fleet.isSound() == true)
  }

  /// Each kiosk gives 2.00 away three times for one card, of which the third is too much for the card, then for the other.
  private static func goOffline(_ fleet: Fleet) async throws {
    for (card, codes) in [(card, [nil, nil, "offline_limit"]), (other, [nil, "offline_limit"])] {
      for code in codes {
        let ends = try await tapEverywhere(fleet, card, amount: 200)
        #expect(ends.allSatisfy { $0["code"]?.text == code }, "\(ends.map(\.compact))")
      }
    }
  }

  private static func checkLoss(of kiosk: TapKiosk) async throws {
    let refused = try await kiosk.store.rows(in: [.refused], isOffline: true, limit: 100)
    let losses = Dictionary(grouping: refused, by: \.debit.card).mapValues { $0.map(\.amount.minorUnits).reduce(0, +) }
    #expect(losses.values.allSatisfy { $0 <= 500 } && losses.values.reduce(0, +) <= 700)
    #expect(refused.allSatisfy { $0.refusal?.code == .insufficientFunds || $0.refusal?.code == .cardUnsettled })
  }

  private static func tapEverywhere(_ fleet: Fleet, _ tag: String = card, amount: Int64) async throws -> [JSON] {
    try await withThrowingTaskGroup(of: JSON.self) { group in
      for kiosk in fleet.kiosks { group.addTask { try await kiosk.pay(amount, tag) } }
      return try await group.reduce(into: []) { $0.append($1) }
    }
  }
}

/// A program that outlives the closure in which it is started.
private final class Later: Sendable {
  private let program = Mutex<Program?>(nil)
  func hold(_ value: Program) { program.withLock { $0 = value } }
  func end() -> Int32? { program.withLock { $0 }?.end() }
}
