import FedowProtocol
import Foundation
import Model
import TestKit
import Testing

@testable import Ledger

/// A card is lost and replaced while it is tapped from four tills.
@Suite("A card that is replaced while it is tapped")
struct ReassignmentRaceTests {
  private static let rounds = 500
  private static let start: Int64 = 1000

  /// What a till does: a debit of either card, after so many turns of others.
  private struct Step: Sendable {
    let isNew: Bool
    let amount: Int64
    let pause: Int
  }

  /// A debit as the ledger decided it, in the order of its decisions.
  private struct Decision {
    let isNew: Bool
    let isPosted: Bool
    let code: String?
  }

  @Test("from the posting on the old card pays nothing and the new one pays, from the same wallet, in 500 orders")
  func interleavings() async throws {
    let ledger = try await LedgerFixture()
    try await issue(ledger)
    try await ledger.running { _ in
      for round in 0..<Self.rounds {
        var random = SeededGenerator(seed: UInt64(round))
        try await run(round, ledger, using: &random)
      }
    }
    #expect(try await ledger.verdict().breaks == [])
  }

  private func tags(_ round: Int) -> (old: String, new: String) {
    let tag = { (kind: UInt8) in
      Hexadecimal.encode([0xA0, kind, UInt8(round >> 8), UInt8(round & 255)], uppercase: true)
    }
    return (tag(1), tag(2))
  }

  private func issue(_ ledger: LedgerFixture) async throws {
    let all = (0..<Self.rounds).flatMap { [tags($0).old, tags($0).new] }
    let lines = all.map { "https://x.test/qr/\(EntityID.random()),\($0),\($0)" }
    _ = try await Administration(store: ledger.store).importCards(
      try CardFile(lines.joined(separator: "\n")), place: "Bar du Port", generation: 2)
  }

  private func run(_ round: Int, _ ledger: LedgerFixture, using random: inout SeededGenerator) async throws {
    let (old, new) = tags(round)
    _ = try await ledger.refill(old, Self.start)
    let wallet = try await ledger.wallet(old)
    let before = try await mark(ledger)
    let tills = (0..<4).map { _ in
      (0..<3).map { _ in
        Step(
          isNew: Bool.random(using: &random), amount: Int64.random(in: 1...20, using: &random),
          pause: Int.random(in: 0..<6, using: &random))
      }
    }
    let (lostAfter, pause) = (Int.random(in: 0..<8, using: &random), Int.random(in: 0..<8, using: &random))
    let paid = try await withThrowingTaskGroup(of: Int64.self) { group in
      for till in tills { group.addTask { try await Self.work(till, old: old, new: new, ledger) } }
      group.addTask {
        let desk = CardDesk(ledger)
        for _ in 0..<lostAfter { await Task.yield() }
        _ = try await desk.lost(old)
        for _ in 0..<pause { await Task.yield() }
        _ = try await desk.reassign(old, to: new)
        // Once it was answered, nothing is open any more.
        #expect(try await desk.pay(old, 1) == "card_blocked", "round \(round)")
        #expect(try await desk.pay(new, 1) == nil, "round \(round)")
        return 1
      }
      return try await group.reduce(0, +)
    }
    let after = try await mark(ledger)
    #expect(try await ledger.store.read { try $0.card(tag: new)?.wallet } == wallet, "round \(round)")
    #expect(try await ledger.balance(new) == Self.start - paid, "round \(round)")
    #expect(after.total == before.total, "round \(round)")
    check(try await decisions(ledger, after: before.debit, old: old), round: round)
  }

  private static func work(_ till: [Step], old: String, new: String, _ ledger: LedgerFixture) async throws -> Int64 {
    let desk = CardDesk(ledger)
    var paid: Int64 = 0
    for step in till {
      for _ in 0..<step.pause { await Task.yield() }
      if try await desk.pay(step.isNew ? new : old, step.amount) == nil { paid += step.amount }
    }
    return paid
  }

  /// How much there is of the money everywhere, and the number of the last debit.
  private func mark(_ ledger: LedgerFixture) async throws -> (total: Int64, debit: Int64) {
    let asset = ledger.euro.uuid
    return try await ledger.store.read { books in
      let debit: Int64? = try books.row("SELECT max(number) AS last FROM debits")?["last"]
      return (try books.totals(of: asset).everywhere, debit ?? 0)
    }
  }

  private func decisions(_ ledger: LedgerFixture, after number: Int64, old: String) async throws -> [Decision] {
    try await ledger.store.read { books in
      try books.rows("SELECT tag, state, code FROM debits WHERE number > ? ORDER BY number", [number]).map { row in
        Decision(isNew: row["tag"] as String != old, isPosted: row["state"] as String == "posted", code: row["code"])
      }
    }
  }

  /// There is one instant: before it the new card pays nothing, and after it everything, and the old one nothing.
  private func check(_ decisions: [Decision], round: Int) {
    let end = decisions.firstIndex { !$0.isNew && !$0.isPosted } ?? decisions.count
    #expect(!decisions[end...].contains { !$0.isNew && $0.isPosted }, "round \(round): the old card paid again")
    let begin = decisions.firstIndex { $0.isNew && $0.isPosted } ?? decisions.count
    #expect(!decisions[begin...].contains { $0.isNew && !$0.isPosted }, "round \(round): the new card was refused")
    #expect(!decisions[begin...].contains { !$0.isNew && $0.isPosted }, "round \(round): both cards paid")
    for decision in decisions where !decision.isPosted {
      #expect(decision.code == (decision.isNew ? "insufficient_funds" : "card_blocked"), "round \(round)")
    }
  }
}
