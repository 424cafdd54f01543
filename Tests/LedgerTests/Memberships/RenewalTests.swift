import FedowProtocol
import Foundation
import GRDB
import Logging
import Model
import Rules
import TestKit
import Testing

@testable import Ledger

/// Renewals are debited under a delegation with the purpose "subscription", once a period, or not at all.
@Suite("Renewals of memberships")
struct RenewalTests {
  private func renewals(_ stand: MemberStand) async throws -> [JSON] {
    let answer = try await LedgerQueries(store: stand.store).memberships(of: stand.person, now: stand.now)
    return try JSON.parse(answer.body)["renewals"]?.elements ?? []
  }

  @Test("a day before its end a membership is paid and goes on, in one posting, once however often it is looked for")
  func once() async throws {
    let stand = try await MemberStand()
    try await stand.ledger.running { service in
      _ = try await stand.join()
      let delegation = try await stand.allow()
      #expect(try await stand.pass() == RenewalPass.Outcome())
      stand.advance(to: 1_793_487_600_000_000 - 86_400_000_000)
      #expect(try await stand.pass() == RenewalPass.Outcome(posted: 1))
      #expect(try await stand.pass() == RenewalPass.Outcome())
      let candidate = Books.RenewalCandidate(wallet: stand.person, asset: stand.member.uuid)
      for _ in 0..<3 { _ = try await service.submit(RenewMembership(candidate: candidate)) }
      #expect(try await stand.euros() == 9_500)
      #expect(try await stand.euros(stand.ledger.place.wallet) == 500)
      #expect(try await stand.standing() == .valid(until: 1_796_079_600_000_000))
      let line = try #require(try await renewals(stand).first)
      #expect(line["state"]?.text == "posted")
      #expect(line["delegation"]?.text == delegation.text)
      let used = try await LedgerQueries(store: stand.store).delegations(stand.person, now: stand.now)
      let granted = try JSON.parse(used.body).elements?.first { $0["id"]?.text == delegation.text }
      #expect(granted?["used_total"]?.int64 == 500)
    }
    #expect(try await stand.ledger.verdict().breaks == [])
  }

  @Test("what lets a card pay at a till renews nothing, and what renews pays nothing at a till")
  func purposes() async throws {
    let stand = try await MemberStand()
    try await stand.ledger.running { service in
      _ = try await stand.join()
      stand.advance(days: 30)
      // The card's linking has granted debits by taps, without limits.
      #expect(try await stand.pass() == RenewalPass.Outcome())
      _ = try await stand.allow([("assets", [JSON(stand.ledger.euro.uuid.text)])])
      // The list names the money alone and not the membership.
      #expect(try await stand.pass() == RenewalPass.Outcome(failing: 1))
      #expect(try await renewals(stand).first?["code"]?.text == "no_delegation")
      #expect(try await stand.euros() == 10_000)
      _ = try await stand.allow(
        [("assets", [JSON(stand.ledger.euro.uuid.text), JSON(stand.member.uuid.text)])])
      stand.advance(days: 1)
      #expect(try await stand.pass() == RenewalPass.Outcome(posted: 1))
    }
  }

  @Test(
    "too little money, a limit, an open payment: tried again, said to member and place, and lapsed when the grace is over"
  )
  func failing() async throws {
    let stand = try await MemberStand(euros: 400)
    let ledger = stand.ledger
    try await ledger.running { _ in
      _ = try await stand.join()
      _ = try await stand.allow([("per_tap", 450)])
      stand.advance(days: 31)
      #expect(try await stand.pass() == RenewalPass.Outcome(failing: 1))
      #expect(try await renewals(stand).first?["code"]?.text == "over_tap_limit")
      _ = try await stand.allow()
      #expect(try await stand.pass() == RenewalPass.Outcome())
      stand.advance(days: 1)
      #expect(try await stand.pass() == RenewalPass.Outcome(failing: 1))
      let line = try #require(try await renewals(stand).first)
      #expect(line["code"]?.text == "insufficient_funds")
      #expect(line["sentence"]?.text == "There is not enough money for this.")
      let seen = try JSON.parse(try await LedgerQueries(store: stand.store).renewals(place: ledger.place).body)
      #expect(seen.elements?.first?["code"]?.text == "insufficient_funds")
      #expect(seen.elements?.first?["cards"]?.elements?.count == 1)
      let trail = try JSON.parse(
        try await LedgerQueries(store: stand.store).audit(place: ledger.place.uuid, after: 0).body)
      #expect(trail.elements?.filter { $0["what"]?.text == "renewal_failing" }.count == 2)
      stand.advance(days: 8)
      #expect(try await stand.pass() == RenewalPass.Outcome(lapsed: 1))
      #expect(try await stand.pass() == RenewalPass.Outcome())
      // Money that comes now comes too late; nobody is debited for what lapsed.
      _ = try await ledger.refill(MemberStand.tag, 5_000)
      stand.advance(days: 1)
      #expect(try await stand.pass() == RenewalPass.Outcome())
      #expect(try await stand.euros() == 5_400)
    }
    #expect(try await ledger.verdict().breaks == [])
  }

  @Test("paid within the grace a membership goes on where it ended; months that nobody looked are not charged")
  func graceAndGaps() async throws {
    let stand = try await MemberStand(euros: 0)
    try await stand.ledger.running { _ in
      _ = try await stand.join()
      _ = try await stand.allow()
      stand.advance(days: 32)
      #expect(try await stand.pass() == RenewalPass.Outcome(failing: 1))
      _ = try await stand.ledger.refill(MemberStand.tag, 5_000)
      stand.advance(days: 1)
      #expect(try await stand.pass() == RenewalPass.Outcome(posted: 1))
      #expect(try await stand.standing() == .valid(until: 1_796_079_600_000_000))
      stand.advance(days: 200)
      #expect(try await stand.pass() == RenewalPass.Outcome())
      #expect(try await stand.euros() == 4_500)
    }
  }

  @Test("revoked is not renewed, and says so; granted again within the grace it is")
  func revoked() async throws {
    let stand = try await MemberStand()
    try await stand.ledger.running { service in
      _ = try await stand.join()
      let delegation = try await stand.allow()
      _ = try await service.submit(RevokeDelegation(signer: stand.person, delegation: delegation))
      stand.advance(days: 31)
      #expect(try await stand.pass() == RenewalPass.Outcome(failing: 1))
      #expect(try await renewals(stand).first?["code"]?.text == "no_delegation")
      _ = try await stand.allow()
      stand.advance(days: 1)
      #expect(try await stand.pass() == RenewalPass.Outcome(posted: 1))
    }
    #expect(try await stand.ledger.verdict().breaks == [])
  }

  @Test("a membership that costs nothing is renewed for nothing, under a delegation all the same")
  func free() async throws {
    let stand = try await MemberStand(period: .hour, price: 0)
    try await stand.ledger.running { _ in
      _ = try await stand.join()
      stand.ledger.time.withLock { $0 = $0.adding(seconds: 3400) }
      #expect(try await stand.pass() == RenewalPass.Outcome())
      _ = try await stand.allow()
      #expect(try await stand.pass() == RenewalPass.Outcome(posted: 1))
      #expect(try await stand.euros() == 10_000)
      #expect(try await stand.standing() == .valid(until: MemberStand.start + 7_200_000_000))
    }
    #expect(try await stand.ledger.verdict().breaks == [])
  }

  @Test(
    "clocks that jump, passes that overlap, writers that stop in the middle: no period is ever debited twice",
    arguments: [UInt64(1), 2, 3])
  func property(seed: UInt64) async throws {
    var random = SeededGenerator(seed: seed)
    let stand = try await MemberStand(euros: 3_000, period: [.hour, .day, .week].randomElement(using: &random) ?? .day)
    try await stand.ledger.running { _ in _ = try await stand.join() }
    _ = try await stand.ledger.running { _ in try await stand.allow() }
    let span: Int64 = try await stand.store.read { [stand] in
      let run = try $0.memberships(of: stand.person, in: stand.member.uuid).latest
      return ((run?.end ?? 0) - (run?.start ?? 0)) / 1_000_000
    }
    for _ in 0..<60 {
      // Mostly on, sometimes far ahead, sometimes back.
      let step =
        switch Int.random(in: 0..<10, using: &random) {
        case 0: -Int64.random(in: 0...span, using: &random)
        case 1: Int64.random(in: 0...span * 2, using: &random)
        default: Int64.random(in: 0...span / 3, using: &random)
        }
      stand.ledger.time.withLock { $0 = $0.adding(seconds: step) }
      // A writer of its own each time: nothing but the file remembers.
      let service = PostingService(
        store: stand.ledger.store, clock: { [now = stand.now] in now },
        logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }))
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await service.run() }
        let pass = RenewalPass(store: stand.store, submit: { try await service.submit($0) })
        try await withThrowingTaskGroup(of: Void.self) { passes in
          for _ in 0..<3 { passes.addTask { _ = try await pass.run() } }
          try await passes.waitForAll()
        }
        group.cancelAll()
        try await group.waitForAll()
      }
      // Now and then they pay by hand, before the end or after.
      if Int.random(in: 0..<20, using: &random) == 0 {
        _ = try? await stand.ledger.running { _ in try await stand.join() }
      }
    }
    let (starts, posted) = try await stand.store.read { [stand] books in
      (
        try books.memberships(of: stand.person, in: stand.member.uuid).map(\.start),
        try books.renewals(of: stand.person, limit: 500).filter { $0.state == .posted }
      )
    }
    #expect(Set(starts).count == starts.count)
    #expect(!posted.isEmpty)
    #expect(try await stand.euros() == 3_000 - 500 * Int64(posted.count))
    #expect(try await stand.ledger.verdict().breaks == [])
  }

  @Test(
    "the audit finds a renewal that was not paid so, or not allowed",
    arguments: [
      ("UPDATE renewals SET amount = amount + 1", "it cost something else"),
      ("UPDATE renewals SET start_at = start_at + 1", "not the one that was renewed"),
      ("UPDATE renewals SET payment = NULL", "its payment is not what it cost"),
      ("UPDATE delegations SET purpose = 'tap' WHERE purpose = 'subscription'", "had not allowed"),
      ("UPDATE delegations SET wallet = (SELECT wallet FROM places) WHERE purpose = 'subscription'", "had not allowed"),
      ("DELETE FROM renewals", "says that it is a part of a renewal"),
      ("UPDATE renewals SET payment = membership", "it cost nothing, and was paid"),
    ])
  func tampering(sql: String, reason: String) async throws {
    let stand = try await MemberStand(price: reason.contains("nothing") ? 0 : 500)
    try await stand.ledger.running { _ in
      _ = try await stand.join()
      _ = try await stand.allow()
      stand.advance(days: 31)
      #expect(try await stand.pass() == RenewalPass.Outcome(posted: 1))
    }
    try await stand.ledger.store.pool.writeWithoutTransaction { db in
      try db.execute(
        sql: "PRAGMA foreign_keys = OFF; DROP TRIGGER posted_renewals_are_final; DROP TRIGGER renewals_stay")
      try db.execute(sql: sql)
    }
    let breaks = try await stand.ledger.verdict().breaks
    #expect(breaks.contains { $0.reason.contains(reason) }, "\(breaks)")
  }
}
