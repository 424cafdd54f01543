import FedowProtocol
import Foundation
import GRDB
import Kiosk
import Model
import TestKit
import Testing

/// What a kiosk took without its ledger, brought to a real one.
@Suite("An offline hour drained", .timeLimit(.minutes(10)))
struct OutboxDrainTests {
  private static let cards = (0..<40).map { Hexadecimal.encode([0xC0, 0x00, 0x01, UInt8($0)], uppercase: true) }
  private static let rounds = 10

  @Test("Four hundred debits are all posted, once, in order per wallet, and the kiosk forgets none")
  func drain() async throws {
    let fleet = try await Fleet(
      kiosks: 1, cards: Self.cards.map { ($0, 10_000) },
      policy: ["--offline", "on", "--offline-per-card", "99.00", "--offline-per-device", "9999.00"])
    let before = try fleet.startLedger()
    try await fleet.learnPolicy()
    let kiosk = fleet.kiosks[0]
    try await fleet.run {
      for card in Self.cards { #expect(try await kiosk.pay(1, card, "first")["state"] == "paid") }
      before.kill()
      for round in 0..<Self.rounds {
        for card in Self.cards {
          #expect(try await kiosk.pay(Int64(round + 1), card, "\(round)")["state"] == "paid_offline")
        }
      }
      let after = try fleet.startLedger()
      await kiosk.forwarder.hurry()
      let patience = Patience()
      while try await !kiosk.store.waitingRows().isEmpty { try await patience.spend() }
      #expect(after.end() == 0)
    }
    let expected = (0..<Self.rounds).map { "\($0)" }
    for card in Self.cards {
      let posted = try fleet.books { database in
        try String.fetchAll(
          database,
          sql: """
            SELECT comment FROM transactions JOIN cards ON cards.uuid = card
              WHERE action = 'SAL' AND first_tag_id = ? AND comment <> 'first' ORDER BY sequence
            """, arguments: [card])
      }
      #expect(posted == expected, "\(card)")
      #expect(try fleet.money(card) == 10_000 - 1 - Int64(Self.rounds * (Self.rounds + 1) / 2))
    }
    let counts = try await kiosk.store.outboxCounts()
    #expect(counts == [.posted: Self.cards.count * (Self.rounds + 1)])
    #expect(try fleet.isSound() == true)
  }
}
