import FedowProtocol
import Foundation
import GRDB
import Model
import Rules
import Testing

@testable import Ledger

@Suite("Memberships")
struct MembershipTests {
  @Test("without terms a membership is as recorded; with terms the chain says its length, its first day and this one")
  func chain() async throws {
    let stand = try await MemberStand()
    let plain = try await stand.administration.createAsset(
      place: "Bar du Port", name: "Old", currency: "OLD", category: .membership)
    try await stand.ledger.running { service in
      let body: JSON = [
        "amount": 500, "sender": JSON(stand.ledger.place.wallet.text), "receiver": JSON(stand.person.text),
        "asset": JSON(plain.uuid.text), "user_card_firstTagId": JSON(MemberStand.tag),
      ]
      let recorded = try JSON.parse(
        try await service.submit(PostTransaction(place: stand.ledger.place.uuid, body: body)).body)
      #expect(recorded["subscription_type"]?.text == "NO")
      #expect(recorded["subscription_first_datetime"]?.isNull == true)
      #expect(recorded["subscription_start_datetime"]?.isNull == true)
      let first = try await stand.join()
      #expect(first["subscription_type"]?.text == "MON")
      #expect(first["subscription_start_datetime"]?.text == stand.now.wire)
      #expect(first["subscription_first_datetime"] == first["subscription_start_datetime"])
      stand.advance(days: 3)
      // Paid before the end: it goes on where the first ends, which is a local midnight.
      let second = try await stand.join()
      #expect(second["subscription_first_datetime"] == first["subscription_start_datetime"])
      #expect(second["subscription_start_datetime"]?.text?.hasPrefix("2026-10-31T23:00:00") == true)
      #expect(try await stand.standing() == .valid(until: 1_796_079_600_000_000))
      stand.advance(days: 90)
      #expect(try await stand.standing() == .expired(since: 1_796_079_600_000_000))
      let third = try await stand.join()
      #expect(third["subscription_first_datetime"] == third["subscription_start_datetime"])
    }
    #expect(try await stand.ledger.verdict().breaks == [])
  }

  @Test("a start that the ticketing server names counts, and tokens go on saying it")
  func start() async throws {
    let stand = try await MemberStand()
    try await stand.ledger.running { service in
      let answer = try await stand.join(start: "2026-11-05T00:00:00+01:00")
      #expect(answer["subscription_start_datetime"]?.text == "2026-11-04T23:00:00Z")
      #expect(try await stand.standing() == .begins(1_793_833_200_000_000))
      let wallet = try JSON.parse(
        try await LedgerQueries(store: stand.store).wallet(stand.person.text, place: stand.ledger.place).body)
      let token = wallet["tokens"]?.elements?.first { $0["asset_uuid"]?.text == stand.member.uuid.text }
      #expect(token?["start_membership_date"]?.text == "2026-11-04T23:00:00Z")
    }
  }

  @Test("a membership on a card goes with it to the person that it is linked to")
  func linking() async throws {
    let stand = try await MemberStand()
    let ledger = stand.ledger
    try await ledger.running { _ in
      _ = try await stand.join(LedgerFixture.otherTag)
      let other = try await ledger.link(LedgerFixture.otherTag)
      let standing = try await stand.store.read { [now = stand.now] in
        try $0.standing(of: other, in: stand.member.uuid, at: now)
      }
      #expect(standing == .valid(until: 1_793_487_600_000_000))
      let read = try await LedgerQueries(store: stand.store).memberships(
        tag: LedgerFixture.otherTag, at: stand.now, place: ledger.place)
      #expect(try JSON.parse(read.body)["memberships"]?.elements?.first?["standing"]?.text == "valid")
      // Validity at any date.
      let later = try await LedgerQueries(store: stand.store).memberships(
        tag: LedgerFixture.otherTag, at: stand.now.adding(seconds: 60 * 86_400), place: ledger.place)
      #expect(try JSON.parse(later.body)["memberships"]?.elements?.first?["standing"]?.text == "expired")
      let card = try #require(
        try LedgerQueries(store: stand.store).kioskCard(
          tag: LedgerFixture.otherTag, place: ledger.place.uuid, now: stand.now))
      let holding = try JSON.parse(card.body)["holdings"]?.elements?.first
      #expect(holding?["membership"]?["standing"]?.text == "valid")
    }
    #expect(try await ledger.verdict().breaks == [])
  }

  @Test(
    "later terms take the place of earlier ones for what is paid then; what was paid before any gets the first's length"
  )
  func terms() async throws {
    let stand = try await MemberStand()
    let old = try await stand.administration.createAsset(
      place: "Bar du Port", name: "Old", currency: "OLD", category: .membership)
    let ledger = stand.ledger
    // The asset's first block is of this very instant, and what comes after it is a microsecond later.
    ledger.time.withLock { $0 = $0.adding(seconds: 1) }
    try await ledger.running { service in
      let body: JSON = [
        "amount": 0, "sender": JSON(ledger.place.wallet.text), "receiver": JSON(stand.person.text),
        "asset": JSON(old.uuid.text), "user_card_firstTagId": JSON(MemberStand.tag),
      ]
      _ = try await service.submit(PostTransaction(place: ledger.place.uuid, body: body))
      let standing = {
        try await stand.store.read { [now = stand.now] in
          try $0.standing(of: stand.person, in: old.uuid, at: now)
        }
      }
      #expect(try await standing() == .valid(until: nil))
      stand.advance(days: 2)
      _ = try await stand.administration.setMembership(asset: "Old", MembershipChange(period: .week))
      #expect(try await standing() == .valid(until: 1_791_410_400_000_000))
      _ = try await stand.administration.setMembership(asset: "Old", MembershipChange(period: .year))
      #expect(try await standing() == .valid(until: 1_791_410_400_000_000))
      stand.advance(days: 30)
      #expect(try await standing() == .expired(since: 1_791_410_400_000_000))
      _ = try await service.submit(PostTransaction(place: ledger.place.uuid, body: body))
      #expect(try await standing() == .valid(until: 1_825_110_000_000_000))
      #expect(try await stand.administration.memberships(asset: "Old").first?.terms.map(\.period) == [.week, .year])
    }
    #expect(try await ledger.verdict().breaks == [])
  }

  @Test("terms are refused that cannot be kept")
  func refusedTerms() async throws {
    let stand = try await MemberStand()
    for (asset, change) in [
      ("Euro du Bar", MembershipChange(period: .year)), ("Adhésion", MembershipChange(period: .year, price: 5)),
      ("Adhésion", MembershipChange(period: .year, priceAsset: "Euro du Bar")),
      ("Adhésion", MembershipChange(period: .year, priceAsset: "Entrée", price: 5)),
      ("Adhésion", MembershipChange(period: .year, priceAsset: "Euro du Bar", price: -5)),
    ] {
      await #expect(throws: Refusal.self) { try await stand.administration.setMembership(asset: asset, change) }
    }
  }

  @Test(
    "the audit finds a membership that is longer than its terms, or that nobody paid",
    arguments: [
      ("UPDATE memberships SET end_at = end_at + 1", "not listed as the membership"),
      ("UPDATE memberships SET start_at = start_at - 1", "not listed as the membership"),
      ("UPDATE memberships SET wallet = 'x'", "not listed as the membership"),
      ("DELETE FROM memberships", "not listed as the membership"),
      ("UPDATE transactions SET subscription_type = 'YEA' WHERE action = 'SUB'", "not listed as the membership"),
      (
        "UPDATE transactions SET subscription_first = subscription_first - 1 WHERE action = 'SUB'",
        "began at another time than it says"
      ),
      (
        "INSERT INTO memberships SELECT 1, wallet, asset, first_at, start_at, end_at FROM memberships",
        "no transaction makes it"
      ),
    ])
  func tampering(sql: String, reason: String) async throws {
    let stand = try await MemberStand()
    try await stand.ledger.running { _ in _ = try await stand.join() }
    #expect(try await stand.ledger.verdict().breaks == [])
    try await stand.ledger.store.pool.writeWithoutTransaction { db in
      try db.execute(sql: "PRAGMA foreign_keys = OFF; DROP TRIGGER transactions_are_final")
      try db.execute(sql: sql)
    }
    let breaks = try await stand.ledger.verdict().breaks
    #expect(breaks.contains { $0.reason.contains(reason) }, "\(breaks)")
  }
}
