import FedowProtocol
import Foundation
import Model
import Rules
import TestKit
import Testing

@testable import Ledger

/// Random lives of one wallet, held against a model that knows nothing of the ledger's tables.
@Suite("Delegations over random sequences")
struct DelegationPropertyTests {
  /// What the owner granted, as the model keeps it.
  private struct Granted {
    let id: EntityID
    let limits: Delegation.Limits
    let zone: ZoneRules
    let until: LedgerTime?
    var isRevoked = false
  }

  private struct Posted {
    let id: EntityID
    let amount: Int64
    let at: LedgerTime
    let delegation: EntityID
  }

  private static let zones = ["Europe/Paris", "America/New_York", "Pacific/Kiritimati", "Asia/Kathmandu"]

  @Test(
    "no debit without a standing delegation, never more than a limit, counters equal to the debits", arguments: 1...6)
  func lives(seed: UInt64) async throws {
    let ledger = try await LedgerFixture()
    let device = EntityID.random()
    try await ledger.running { service in
      var random = SeededGenerator(seed: seed)
      _ = try await ledger.refill(LedgerFixture.tag, 1_000_000)
      let owner = try await ledger.link(LedgerFixture.tag)
      let link = try await ledger.store.read { try $0.delegations(of: owner)[0].id }
      _ = try await service.submit(RevokeDelegation(signer: owner, delegation: link))
      var granted: [Granted] = []
      var posted: [Posted] = []
      for _ in 0..<120 {
        let now = ledger.time.withLock { $0 }
        switch Int.random(in: 0..<10, using: &random) {
        case 0 where granted.count(where: { !$0.isRevoked }) < 3:
          granted.append(try await grant(ledger, owner, now: now, using: &random))
        case 1 where !granted.isEmpty && Bool.random(using: &random):
          let index = Int.random(in: granted.indices, using: &random)
          _ = try await service.submit(RevokeDelegation(signer: owner, delegation: granted[index].id))
          granted[index].isRevoked = true
        case 2:
          let step = Int64.random(in: 1...40_000, using: &random)
          ledger.time.withLock { $0 = $0.adding(seconds: step) }
        case 3 where !posted.isEmpty:
          let debit = posted[posted.count - 1]
          let void = VoidDebit(
            place: ledger.place.uuid, device: device, debit: debit.id, body: ["id": JSON(EntityID.random().text)])
          if (try? await service.submit(void)) != nil { posted.removeLast() }
        default:
          let amount = Int64.random(in: 1...400, using: &random)
          let id = EntityID.random()
          let answer = try await service.submit(
            PostDebit(
              place: ledger.place.uuid, device: device,
              debit: try DebitRequest([
                "id": JSON(id.text), "card": JSON(LedgerFixture.tag),
                "parts": [["asset": JSON(ledger.euro.uuid.text), "amount": JSON(amount)]],
              ])))
          let allowing = granted.first { Self.allows($0, amount, at: now, posted: posted) }
          #expect((answer.status == 201) == (allowing != nil), "\(answer.body)")
          if answer.status == 201, let allowing {
            #expect(try JSON.parse(answer.body)["delegation"]?.text == allowing.id.text)
            posted.append(Posted(id: id, amount: amount, at: now, delegation: allowing.id))
          }
        }
      }
      #expect(posted.count > 5)
      try await compare(granted, posted, in: ledger)
      #expect(try await ledger.balance(LedgerFixture.tag) == 1_000_000 - posted.reduce(0) { $0 + $1.amount })
    }
    #expect(try await ledger.verdict().breaks == [])
  }

  private static func allows(_ granted: Granted, _ amount: Int64, at now: LedgerTime, posted: [Posted]) -> Bool {
    guard !granted.isRevoked, granted.until.map({ now < $0 }) ?? true else { return false }
    let mine = posted.filter { $0.delegation == granted.id }
    let today = mine.filter { granted.zone.day(at: $0.at) == granted.zone.day(at: now) }
    let sum = { (list: [Posted]) in list.reduce(amount) { $0 + $1.amount } }
    return amount <= granted.limits.perTap ?? .max && sum(today) <= granted.limits.perDay ?? .max
      && sum(mine) <= granted.limits.total ?? .max
  }

  private func grant(
    _ ledger: LedgerFixture, _ owner: EntityID, now: LedgerTime, using random: inout SeededGenerator
  ) async throws -> Granted {
    let pick = { (range: ClosedRange<Int64>, random: inout SeededGenerator) in
      Bool.random(using: &random) ? Int64.random(in: range, using: &random) : nil
    }
    let limits = Delegation.Limits(
      perTap: pick(100...400, &random), perDay: pick(300...1500, &random), total: pick(1000...5000, &random))
    let until = pick(1000...300_000, &random).map { now.adding(seconds: $0) }
    let zone = Self.zones[Int.random(in: 0..<4, using: &random)]
    let limit = { (value: Int64?) in value.map { JSON($0) } ?? JSON.null }
    let answer = try await ledger.service.submit(
      GrantDelegation(
        signer: owner,
        body: [
          "grantee": ["place": JSON(ledger.place.uuid.text)], "per_tap": limit(limits.perTap),
          "per_day": limit(limits.perDay), "total": limit(limits.total), "until": JSON(until?.wire),
          "time_zone": JSON(zone),
        ]))
    return Granted(
      id: try #require(try JSON.parse(answer.body)["id"]?.text.flatMap { EntityID($0) }), limits: limits,
      zone: try TimeZones.system.rules(zone), until: until)
  }

  private func compare(_ granted: [Granted], _ posted: [Posted], in ledger: LedgerFixture) async throws {
    for delegation in granted {
      var days: [Int64: Int64] = [:]
      for debit in posted where debit.delegation == delegation.id {
        days[delegation.zone.day(at: debit.at), default: 0] += debit.amount
      }
      let stored = try await ledger.store.read { books in
        try books.rows(
          "SELECT day, used FROM delegation_days WHERE delegation = ? AND used > 0", [delegation.id.text]
        ).map { ($0["day"] as Int64, $0["used"] as Int64) }
      }
      #expect(Dictionary(uniqueKeysWithValues: stored) == days)
      let total = try await ledger.store.read { try $0.use(of: delegation.id, day: 0).total }
      #expect(total == days.values.reduce(0, +))
    }
  }
}
