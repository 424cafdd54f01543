import FedowProtocol
import Kiosk
import Model
import TestKit
import Testing

/// An hour without the ledger, in virtual time: everything is posted afterwards, once, in order per wallet.
@Suite(.timeLimit(.minutes(10))) struct OfflineHourTests {
  private static let cards = (0..<60).map { Hexadecimal.encode([0xC0, 0x00, 0x01, UInt8($0)], uppercase: true) }

  @Test func everyTapOfTheHourIsPostedOnceAndInOrder() async throws {
    let bench = try await VenueBench()
    bench.ledger.script { state in for card in Self.cards { state.balances[card] = 1_500 } }
    try await bench.hear()
    for card in Self.cards { _ = try await bench.kiosk.preview(card, amount: Amount(minorUnits: 1), terms: .init()) }
    try await bench.run { bench in
      for card in Self.cards {
        let charge = try await bench.pay(10, card)
        #expect(charge["state"] == "paid")
      }
    }
    bench.ledger.script { $0.isThere = false }
    let decided = try await hour(bench)
    #expect(decided.count > 500)
    for (card, taps) in Dictionary(grouping: decided, by: \.card) {
      #expect(taps.map(\.amount).reduce(0, +) <= 1_000, "\(card) has more outstanding than it may")
    }
    let before = bench.ledger.script { $0.arrived.count }
    bench.ledger.script { ($0.isThere, $0.lostAnswers) = (true, 40) }
    try await bench.run { later in
      let patience = Patience()
      while try await later.kiosk.store.waitingRows().count > 0 {
        later.clock.advance(by: .seconds(300))
        try await patience.spend()
      }
    }
    check(bench.ledger.script { $0 }, decided, after: before)
    #expect(try await bench.kiosk.store.offlineFigures().outstanding == .zero)
    let counts = try await bench.kiosk.store.outboxCounts()
    #expect(counts[.posted] == decided.count + Self.cards.count && counts.count == 1)
  }

  private struct Decided {
    let tap: EntityID
    let card: String
    let amount: Int64
  }

  private func hour(_ bench: VenueBench) async throws -> [Decided] {
    try await bench.run { bench in
      var generator = SeededGenerator(seed: 3_600)
      var decided: [Decided] = []
      for _ in 0..<1_200 {
        bench.clock.advance(by: .seconds(3))
        let card = Self.cards.randomElement(using: &generator) ?? ""
        let amount = Int64.random(in: 10...120, using: &generator)
        let charge = try await bench.pay(amount, card)
        guard charge["state"] == "paid_offline" else {
          #expect(charge["code"] == "offline_limit")
          continue
        }
        let tap = try #require(charge["tap"]?.text.flatMap { EntityID($0) })
        decided.append(Decided(tap: tap, card: card, amount: amount))
      }
      return decided
    }
  }

  private func check(_ state: VenueLedger.State, _ decided: [Decided], after count: Int) {
    for tap in decided { #expect(state.posted[tap.tap] == tap.amount) }
    #expect(state.posted.count == decided.count + Self.cards.count)
    let order = Dictionary(uniqueKeysWithValues: decided.enumerated().map { ($1.tap, $0) })
    for (_, arrivals) in Dictionary(grouping: state.arrived.dropFirst(count), by: \.wallet) {
      let places = arrivals.compactMap { order[$0.id] }
      #expect(places == places.sorted(), "a wallet's debits arrived out of order")
    }
    for card in Self.cards {
      let spent = decided.filter { $0.card == card }.map(\.amount).reduce(10, +)
      #expect(state.balances[card] == 1_500 - spent)
    }
  }
}
