import Foundation
import Model
import Rules
import TestKit
import Testing

@Suite("Melting against a model with its own arithmetic and its own calendar")
struct MeltModelTests {
  private static let receiver = EntityID.random()
  private static let start: Int64 = 1_798_758_000  // 2027-01-01 in Paris
  private static let end: Int64 = start + 5 * 366 * 86_400
  /// All of them in `make melt-test`; here some, for the time it takes.
  private static let wallets = ProcessInfo.processInfo.environment["MELT_WALLETS"].flatMap { Int($0) } ?? 500

  private static func calendar() throws -> MeltCalendar {
    let zone = try ZoneRules(tzif: Array(try Data(contentsOf: URL(filePath: "/usr/share/zoneinfo/Europe/Paris"))))
    let months = MeltTerms(
      id: .random(), number: 1, from: start * 1_000_000, rate: 15_000, unit: .month, graceDays: 10, floor: 500,
      receiver: receiver, timeZone: "Europe/Paris")
    // Published for the first of January 2030, in the middle of a week.
    let weeks = MeltTerms(
      id: .random(), number: 2, from: 1_893_452_400_000_000, rate: 2_000, unit: .week, receiver: receiver,
      timeZone: "Europe/Paris")
    var calendar = try MeltCalendar(versions: [months, weeks]) { (_: String) throws(Refusal) in zone }
    calendar.extend(past: end * 1_000_000)
    return calendar
  }

  @Test("its calendar has the model's periods, over every change of clocks and of terms")
  func periods() throws {
    let calendar = try Self.calendar()
    let model = MeltModel.periods.filter { $0.start < Self.end - 7 * 86_400 }
    #expect(model.count > 36 + 100)
    for (period, expected) in zip(calendar.periods, model) {
      #expect(period.start == expected.start * 1_000_000)
      #expect(period.end == expected.end * 1_000_000)
      #expect(period.windowStart == expected.window * 1_000_000)
    }
  }

  @Test("every wallet has the model's balance to the minor unit, however often and whenever it is touched")
  func wallets() throws {
    let calendar = try Self.calendar()
    var random = SeededGenerator(seed: 2027)
    var meltedInAll: UInt64 = 0
    for wallet in 0..<Self.wallets {
      let events = Self.events(&random)
      let expected = MeltModel.run(events, until: Self.end)
      // Touched by nothing but what it does; and touched at any other instants too, again and again.
      let seldom = Self.play(events, touches: [], calendar)
      var touches = (0..<Int.random(in: 1...60, using: &random)).map { _ in
        Int64.random(in: Self.start...Self.end, using: &random)
      }
      touches += touches.prefix(3)
      let often = Self.play(events, touches: touches.sorted(), calendar)
      #expect(UInt64(seldom.balance) == expected.balance.uint64, "wallet \(wallet)")
      #expect(seldom == often, "wallet \(wallet)")
      #expect(UInt64(seldom.melted) == expected.melted.uint64, "wallet \(wallet)")
      meltedInAll &+= UInt64(seldom.melted)
    }
    #expect(meltedInAll > 0)
  }

  /// A life of a wallet: from cents to sums whose products need 128 bits, and at times at a period's very boundary.
  private static func events(_ random: inout SeededGenerator) -> [MeltModel.Event] {
    let size = UInt64(1) << UInt64.random(in: 4...52, using: &random)
    let times = (0..<Int.random(in: 1...80, using: &random)).map { _ -> Int64 in
      guard Int.random(in: 0..<8, using: &random) > 0, let period = MeltModel.periods.randomElement(using: &random)
      else {
        return (MeltModel.periods.randomElement(using: &random)?.end ?? 0) + Int64.random(in: -1...1, using: &random)
      }
      return Int64.random(in: period.window..<period.end, using: &random)
    }
    return times.filter { $0 <= end }.sorted().map {
      MeltModel.Event(
        at: $0, amount: UInt64.random(in: 0...size, using: &random),
        isReceipt: Int.random(in: 0..<3, using: &random) > 0)
    }
  }

  private struct Outcome: Equatable {
    var balance: Int64 = 0
    var melted: Int64 = 0
    var periods: [Int64] = []
  }

  private static func play(_ events: [MeltModel.Event], touches: [Int64], _ calendar: MeltCalendar) -> Outcome {
    var balance = MeltingBalance(wallet: .random(), kind: .card)
    var outcome = Outcome()
    func melt(_ instant: Int64) {
      for melt in balance.melt(upTo: instant * 1_000_000, in: calendar) {
        outcome.melted += melt.amount
        outcome.periods.append(melt.period.end)
      }
      if let next = calendar.period(endingAfter: balance.meltedUntil) {
        balance.forget(before: next.start - calendar.longestGrace)
      }
    }
    var rest = touches[...]
    for event in events {
      while let touch = rest.first, touch <= event.at {
        melt(touch)
        rest.removeFirst()
      }
      melt(event.at)
      let amount = Int64(event.amount)
      if event.isReceipt { balance.set(balance.balance + amount, at: event.at * 1_000_000) }
      if !event.isReceipt, balance.balance >= amount {
        balance.set(balance.balance - amount, at: event.at * 1_000_000)
      }
    }
    for touch in rest { melt(touch) }
    melt(end)
    outcome.balance = balance.balance
    return outcome
  }
}
