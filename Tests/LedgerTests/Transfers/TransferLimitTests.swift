import FedowProtocol
import Foundation
import Model
import Rules
import TestKit
import Testing

@testable import Ledger

@Suite("The limits of transfers")
struct TransferLimitTests {
  @Test("the narrower of the money's terms and the sender's own holds, and the narrowest limit is named")
  func narrower() async throws {
    let stand = try await TransferStand()
    try await stand.limits(Delegation.Limits(perTap: 500, perDay: 900))
    try await stand.ledger.running { service in
      _ = try await service.submit(
        LimitTransfers(signer: stand.alice, body: ["per_transfer": 400, "per_day": nil, "total": 1_000]))
      #expect(try stand.code(try await stand.give(401)) == "over_transfer_limit")
      #expect(try await stand.give(400).status == 201)
      #expect(try await stand.give(400).status == 201)
      #expect(try stand.code(try await stand.give(101)) == "over_transfer_day_limit")
      stand.ledger.time.withLock { $0 = $0.adding(seconds: 86_400) }
      #expect(try stand.code(try await stand.give(201)) == "over_transfer_total_limit")
      _ = try await service.submit(
        LimitTransfers(signer: stand.alice, body: ["per_transfer": nil, "per_day": nil, "total": nil]))
      #expect(try await stand.give(201).status == 201)
      // What Bob gives back is his own to count.
      #expect(try await stand.give(500, to: ["wallet": JSON(stand.alice.text)], from: stand.bob).status == 201)
    }
    #expect(try await stand.ledger.verdict().breaks == [])
  }

  /// Foundation's calendar is another one than the ledger's own.
  private func day(of time: LedgerTime, zone: String) throws -> Int {
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = try #require(TimeZone(identifier: zone))
    let date = Date(timeIntervalSince1970: Double(time.microseconds) / 1_000_000)
    let parts = calendar.dateComponents([.year, .month, .day], from: date)
    return (parts.year ?? 0) * 10_000 + (parts.month ?? 0) * 100 + (parts.day ?? 0)
  }

  @Test(
    "over random weeks, what passes is what a model with another calendar lets pass; nothing is made and nothing lost",
    arguments: zip(["Europe/Paris", "Pacific/Kiritimati", "America/New_York"], [UInt64(7), 11, 13]))
  func property(zone: String, seed: UInt64) async throws {
    var random = SeededGenerator(seed: seed)
    let stand = try await TransferStand(euros: 6_000)
    let limits = Delegation.Limits(perTap: 120, perDay: 400, total: 5_000)
    try await stand.limits(limits, zone: zone)
    // Two days before the clocks change in Paris, and about then in New York.
    stand.ledger.time.withLock { $0 = LedgerTime(microseconds: 1_792_792_800_000_000) }
    var given: [EntityID: (days: [Int: Int64], total: Int64)] = [:]
    var balances = [stand.alice: Int64(6_000), stand.bob: 0]
    for _ in 0..<180 {
      let seconds = Int64.random(in: 0..<9_000, using: &random)
      stand.ledger.time.withLock { $0 = $0.adding(seconds: seconds) }
      let sender = Int.random(in: 0..<3, using: &random) == 0 ? stand.bob : stand.alice
      let receiver = sender == stand.alice ? stand.bob : stand.alice
      let amount = Int64.random(in: 1...140, using: &random)
      let today = try day(of: stand.ledger.time.withLock { $0 }, zone: zone)
      var use = given[sender] ?? ([:], 0)
      let expected: String?
      if amount > 120 {
        expected = "over_transfer_limit"
      } else if use.days[today, default: 0] + amount > 400 {
        expected = "over_transfer_day_limit"
      } else if use.total + amount > 5_000 {
        expected = "over_transfer_total_limit"
      } else {
        expected = balances[sender, default: 0] < amount ? "insufficient_funds" : nil
      }
      let answer = try await stand.ledger.running { _ in
        try await stand.give(amount, to: ["wallet": JSON(receiver.text)], from: sender)
      }
      #expect(try stand.code(answer) == expected)
      guard expected == nil else { continue }
      use.days[today, default: 0] += amount
      use.total += amount
      given[sender] = use
      balances[sender, default: 0] -= amount
      balances[receiver, default: 0] += amount
    }
    for (wallet, balance) in balances { #expect(try await stand.balance(wallet) == balance) }
    #expect(given.values.reduce(0) { $0 + $1.days.count } > 10)
    #expect(try await stand.ledger.verdict().breaks == [])
  }
}
