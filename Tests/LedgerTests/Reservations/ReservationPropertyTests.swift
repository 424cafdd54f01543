import Model
import TestKit
import Testing

@testable import Ledger

/// What a wallet's money must be after the same steps, counted without the ledger.
private struct Reckoning {
  struct Held {
    let amount: Int64
    var expiresAt: Int64?
    var isOpen = true
  }

  var balance: Int64 = 0
  var held: [EntityID: Held] = [:]
  /// What was burnt and what was sold.
  var gone: Int64 = 0
  var refilled: Int64 = 0
  var ends: [EntityID: Int] = [:]

  func free(at now: Int64) -> Int64 {
    balance - held.values.filter { $0.isOpen && ($0.expiresAt ?? .max) > now }.reduce(0) { $0 + $1.amount }
  }

  mutating func end(_ id: EntityID) {
    held[id]?.isOpen = false
    ends[id, default: 0] += 1
  }
}

@Suite("Any sequence of reservations, their ends, sales and refills")
struct ReservationPropertyTests {
  @Test(
    "conserves money, never has less than nothing to spend, and ends each reservation once",
    arguments: 1...6 as ClosedRange<UInt64>)
  func sequences(seed: UInt64) async throws {
    let ledger = try await LedgerFixture()
    try await ledger.running { service in
      var random = SeededGenerator(seed: seed)
      var model = Reckoning()
      var ids: [EntityID] = []
      for step in 0..<120 {
        let now = ledger.time.withLock { $0.microseconds }
        let amount = Int64.random(in: 1...120, using: &random)
        let id = ids.randomElement(using: &random) ?? EntityID.random()
        switch Int.random(in: 0..<10, using: &random) {
        case 0, 1:
          _ = try await ledger.refill(LedgerFixture.tag, amount)
          model.balance += amount
          model.refilled += amount
        case 2, 3:
          let sale = try await ledger.sale(amount)
          let code = await refusal { _ = try await service.submit(sale) }
          #expect((code == nil) == (amount <= model.free(at: now)), "seed \(seed), step \(step)")
          if code == nil {
            model.balance -= amount
            model.gone += amount
          }
        case 4, 5:
          let new = EntityID.random()
          let lifetime = Int64.random(in: 1...300, using: &random)
          let code = await refusal { try await ledger.reserve(amount, id: new, expiresIn: lifetime) }
          #expect((code == nil) == (amount <= model.free(at: now)), "seed \(seed), step \(step)")
          guard code == nil else { break }
          model.held[new] = Reckoning.Held(amount: amount, expiresAt: now + lifetime * 1_000_000)
          ids.append(new)
        case 6:
          let can = model.held[id].map { $0.isOpen && ($0.expiresAt ?? .max) > now } ?? false
          #expect((await refusal { try await ledger.ask(id) } == nil) == can, "seed \(seed), step \(step)")
          if can { model.held[id]?.expiresAt = nil }
        case 7:
          let can = model.held[id].map { $0.isOpen && ($0.expiresAt ?? .max) > now && amount <= $0.amount } ?? false
          let before = try await ledger.store.read { try $0.lastSequence() }
          let code = await refusal { try await ledger.post(id, amount) }
          let isNew = try await ledger.store.read { try $0.lastSequence() } > before
          #expect(isNew == can, "seed \(seed), step \(step): \(String(describing: code))")
          guard can else { break }
          model.balance -= amount
          model.gone += amount
          model.end(id)
        case 8:
          let isOpen = model.held[id]?.isOpen ?? false
          _ = await refusal { try await ledger.release(id) }
          if isOpen { model.end(id) }
        default: ledger.advance(seconds: Int64.random(in: 1...200, using: &random))
        }
        let after = ledger.time.withLock { $0.microseconds }
        #expect(try await ledger.spendable() ?? 0 == model.free(at: after), "seed \(seed), step \(step)")
        #expect(model.free(at: after) >= 0)
        #expect(model.refilled == model.balance + model.gone)
      }
      #expect(model.ends.values.allSatisfy { $0 == 1 } && model.ends.count > 3)
      #expect(try await ledger.written().balance == model.balance)
    }
    #expect(try await ledger.verdict().breaks == [], "seed \(seed)")
  }

  @Test(
    "melts only what is not reserved, the same whenever it is counted, and the audit agrees",
    arguments: 1...6 as ClosedRange<UInt64>)
  func melting(seed: UInt64) async throws {
    let stand = try await MeltStand(rate: 50_000, per: .day)
    let ledger = stand.ledger
    stand.advance(to: MeltStand.october)
    try await ledger.running { _ in
      var random = SeededGenerator(seed: seed)
      _ = try await ledger.refill(LedgerFixture.tag, 100_000)
      var ids: [EntityID] = []
      for _ in 0..<30 {
        let id = ids.randomElement(using: &random) ?? EntityID.random()
        switch Int.random(in: 0..<8, using: &random) {
        case 0: _ = try await ledger.refill(LedgerFixture.tag, Int64.random(in: 1...900, using: &random))
        case 1: try await ledger.sell(Int64.random(in: 1...900, using: &random))
        case 2, 3:
          let new = EntityID.random()
          let amount = Int64.random(in: 1...20_000, using: &random)
          if await refusal({ try await ledger.reserve(amount, id: new, expiresIn: nil) }) == nil { ids.append(new) }
        case 4: _ = await refusal { try await ledger.post(id, Int64.random(in: 1...20_000, using: &random)) }
        case 5: _ = await refusal { try await ledger.release(id) }
        default:
          // Also back, as clocks do.
          ledger.advance(seconds: Int64.random(in: -40_000...400_000, using: &random))
          if Bool.random(using: &random) { _ = try await stand.pass() }
        }
        let (written, reserved) = try await ledger.written()
        let free = try await ledger.spendable() ?? 0
        #expect(free >= 0 && free + reserved <= written, "seed \(seed)")
        // What is due is no more than what is free, and posting it changes nothing of what can be spent.
        _ = try await stand.pass()
        #expect(try await ledger.spendable() == free, "seed \(seed)")
        #expect(try await ledger.written().balance >= reserved)
      }
    }
    #expect(try await ledger.verdict().breaks == [], "seed \(seed)")
    #expect(try await ledger.store.read { try $0.row("SELECT count(*) AS count FROM melts")?["count"] ?? 0 } > 2)
  }

  @Test("leaves what is reserved for a whole month as it is, and melts the rest")
  func wholeMonth() async throws {
    let stand = try await MeltStand(rate: 100_000)
    let ledger = stand.ledger
    try await ledger.running { _ in
      _ = try await ledger.refill(LedgerFixture.tag, 10_000)
      let id = try await ledger.reserve(6000, expiresIn: nil)
      stand.advance(to: MeltStand.october + 40 * MeltStand.day)
      #expect(try await ledger.spendable() == 3600)
      #expect(try await ledger.written() == (10_000, 6000))
      try await ledger.post(id, 6000)
      #expect(try await ledger.written() == (3600, 0))
    }
    #expect(try await ledger.verdict().breaks == [])
    // Marked as melted, and not: the audit counts without what was reserved.
    try await ledger.store.pool.writeWithoutTransaction { db in
      try db.execute(sql: "DROP TRIGGER reservations_end_once")
      try db.execute(sql: "UPDATE reservations SET amount = 6001")
    }
    #expect(try await ledger.verdict().breaks.contains { $0.reason.contains("by its terms") })
  }
}

extension LedgerFixture {
  func sell(_ amount: Int64) async throws {
    let sale = try await sale(amount)
    _ = await refusal { _ = try await self.service.submit(sale) }
  }
}
