import FedowProtocol
import Foundation
import Model
import TestKit
import Testing

@testable import Ledger

/// A card is lost and replaced while it is tapped from four tills.
@Suite("A card that is replaced while it is tapped")
struct ReassignmentRaceTests {
  /// The orders that are played, shared out among ledgers that work beside each other.
  private static let orders = stride(from: 0, to: 500, by: 125).map { $0..<($0 + 125) }
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

  @Test(
    "from the posting on the old card pays nothing and the new one pays, from the same wallet, in 500 orders",
    arguments: orders)
  func interleavings(orders: Range<Int>) async throws {
    let ledger = try await LedgerFixture()
    try await issue(orders, ledger)
    let rounds = try await ledger.running { _ in
      var rounds: [[Decision]] = []
      for round in orders {
        var random = SeededGenerator(seed: UInt64(round))
        rounds.append(try await run(Plan(using: &random), round, ledger))
      }
      return rounds
    }
    for (round, decisions) in zip(orders, rounds) { check(decisions, round: round) }
    // The orders differ: often enough the tills tapped each card before and after. Two taps come after it by design.
    for (isNew, isPosted) in [(true, true), (true, false), (false, true), (false, false)] {
      let closing = isNew == isPosted ? 1 : 0
      let count = rounds.count { $0.count { $0.isNew == isNew && $0.isPosted == isPosted } > closing }
      #expect(count > 20, "new: \(isNew), posted: \(isPosted)")
    }
    #expect(try await ledger.verdict().breaks == [])
  }

  /// What happens in a round.
  private struct Plan: Sendable {
    let tills: [[Step]]
    let lostAfter: Int
    let pause: Int

    init(using random: inout SeededGenerator) {
      tills = (0..<4).map { _ in
        (0..<3).map { _ in
          Step(
            isNew: Bool.random(using: &random), amount: Int64.random(in: 1...20, using: &random),
            pause: Int.random(in: 0..<6, using: &random))
        }
      }
      lostAfter = Int.random(in: 0..<8, using: &random)
      pause = Int.random(in: 0..<8, using: &random)
    }
  }

  private func tags(_ round: Int) -> (old: String, new: String) {
    let tag = { (kind: UInt8) in
      Hexadecimal.encode([0xA0, kind, UInt8(round >> 8), UInt8(round & 255)], uppercase: true)
    }
    return (tag(1), tag(2))
  }

  private func issue(_ rounds: Range<Int>, _ ledger: LedgerFixture) async throws {
    let all = rounds.flatMap { [tags($0).old, tags($0).new] }
    let lines = all.map { "https://x.test/qr/\(EntityID.random()),\($0),\($0)" }
    _ = try await Administration(store: ledger.store).importCards(
      try CardFile(lines.joined(separator: "\n")), place: "Bar du Port", generation: 2)
  }

  private func run(_ plan: Plan, _ round: Int, _ ledger: LedgerFixture) async throws -> [Decision] {
    let (old, new) = tags(round)
    _ = try await ledger.refill(old, Self.start)
    let wallet = try await ledger.wallet(old)
    let before = try await mark(ledger)
    let paid = try await withThrowingTaskGroup(of: Int64.self) { group in
      for till in plan.tills { group.addTask { try await Self.work(till, old: old, new: new, ledger) } }
      group.addTask {
        let desk = CardDesk(ledger)
        for _ in 0..<plan.lostAfter { await Task.yield() }
        _ = try await desk.lost(old)
        for _ in 0..<plan.pause { await Task.yield() }
        _ = try await desk.reassign(old, to: new)
        // Once it was answered, nothing is open any more.
        #expect(try await desk.pay(old, 1) == "blocked_card", "round \(round)")
        #expect(try await desk.pay(new, 1) == nil, "round \(round)")
        return 1
      }
      return try await group.reduce(0, +)
    }
    let after = try await mark(ledger)
    #expect(try await ledger.store.read { try $0.card(tag: new)?.wallet } == wallet, "round \(round)")
    #expect(try await ledger.balance(new) == Self.start - paid, "round \(round)")
    #expect(after.total == before.total, "round \(round)")
    return try await decisions(ledger, after: before.debit, old: old)
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
      #expect(decision.code == (decision.isNew ? "insufficient_funds" : "blocked_card"), "round \(round)")
    }
  }

  @Test("an undo while the new card is tapped: either it was not used and all is as before, or it stays, in 100 orders")
  func undoRace() async throws {
    let ledger = try await LedgerFixture()
    try await issue(0..<100, ledger)
    let undone = try await ledger.running { _ in
      var undone = 0
      for round in 0..<100 {
        var random = SeededGenerator(seed: UInt64(round))
        if try await undo(Plan(using: &random), round, ledger) { undone += 1 }
      }
      return undone
    }
    #expect((10...90).contains(undone), "\(undone)")
    #expect(try await ledger.verdict().breaks == [])
  }

  /// Whether the undo was done.
  private func undo(_ plan: Plan, _ round: Int, _ ledger: LedgerFixture) async throws -> Bool {
    let (old, new) = tags(round)
    let (desk, id) = (CardDesk(ledger), EntityID.random())
    _ = try await ledger.refill(old, Self.start)
    _ = try await desk.reassign(old, to: new, id: id)
    let (code, isPaid) = try await withThrowingTaskGroup(of: String?.self) { group in
      group.addTask {
        for _ in 0..<plan.pause { await Task.yield() }
        return "tap \(try await desk.pay(new, 7) ?? "paid")"
      }
      for _ in 0..<plan.lostAfter { await Task.yield() }
      let code = await desk.code { try await desk.undo(id) }
      return (code, try await group.next() == "tap paid")
    }
    #expect(code == (isPaid ? "too_late" : nil), "round \(round)")
    #expect(try await ledger.balance(isPaid ? new : old) == Self.start - (isPaid ? 7 : 0), "round \(round)")
    #expect(try await desk.pay(isPaid ? old : new, 1) == (isPaid ? "blocked_card" : "insufficient_funds"))
    return !isPaid
  }
}
