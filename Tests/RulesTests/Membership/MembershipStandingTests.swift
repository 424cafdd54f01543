import Model
import TestKit
import Testing

@testable import Rules

@Suite("Whether someone is a member")
struct MembershipStandingTests {
  private func run(_ start: Int64, _ end: Int64?) -> MembershipRun {
    MembershipRun(first: start, start: start, end: end)
  }

  @Test("valid until the end of what was paid without a gap; else what comes next, or since when it is over")
  func standing() {
    let runs = [run(20, 30), run(10, 20), run(40, 50)]
    let at = { MembershipStanding(of: runs, at: $0) }
    #expect(at(9) == .begins(10))
    #expect(at(10) == .valid(until: 30))
    #expect(at(29) == .valid(until: 30))
    #expect(at(30) == .begins(40))
    #expect(at(49) == .valid(until: 50))
    #expect(at(50) == .expired(since: 50))
    #expect(MembershipStanding(of: [], at: 0) == .none)
    #expect(MembershipStanding(of: [run(0, 5), run(3, nil)], at: 4) == .valid(until: nil))
    #expect(MembershipStanding(of: [run(0, 9), run(3, 5)], at: 4) == .valid(until: 9))
  }

  @Test("by random periods and instants it is what each instant's own periods say")
  func property() {
    var random = SeededGenerator(seed: 5)
    for _ in 0..<500 {
      let runs = (0..<Int.random(in: 0...6, using: &random)).map { _ in
        let start = Int64.random(in: 0..<60, using: &random)
        return run(start, start + Int64.random(in: 1...20, using: &random))
      }
      for instant: Int64 in 0..<90 {
        let isMember = { (instant: Int64) in runs.contains { $0.start <= instant && instant < $0.end ?? .max } }
        let standing = MembershipStanding(of: runs, at: instant)
        #expect((standing.refusal == nil) == isMember(instant))
        if case .valid(let until?) = standing {
          #expect((instant..<until).allSatisfy(isMember) && !isMember(until))
        }
      }
    }
  }

  @Test("what was told grows old by itself, and is told again as it was")
  func aging() {
    #expect(MembershipStanding.valid(until: 10).aged(to: 9) == .valid(until: 10))
    #expect(MembershipStanding.valid(until: 10).aged(to: 10) == .expired(since: 10))
    #expect(MembershipStanding.valid(until: nil).aged(to: .max) == .valid(until: nil))
    #expect(MembershipStanding.begins(10).aged(to: 9) == .begins(10))
    #expect(MembershipStanding.begins(10).aged(to: 10) == .valid(until: nil))
    for standing in [MembershipStanding.none, .begins(3), .valid(until: nil), .valid(until: 4), .expired(since: 5)] {
      #expect(MembershipStanding(word: standing.word, instant: standing.instant) == standing)
    }
    #expect(MembershipStanding(word: "expired", instant: nil) == nil)
    #expect(MembershipStanding(word: "member", instant: 1) == nil)
  }

  @Test("the terms of an instant are the last that had begun; of before, the first")
  func terms() {
    let version = { (number: Int64, from: Int64) in
      MembershipTerms(
        number: number, from: from, period: .year, priceAsset: nil, price: 0, grace: 0, timeZone: "UTC")
    }
    let all = [version(1, 10), version(2, 20), version(3, 20)]
    #expect(all.inForce(at: 5)?.number == 1)
    #expect(all.inForce(at: 10)?.number == 1)
    #expect(all.inForce(at: 19)?.number == 1)
    #expect(all.inForce(at: 20)?.number == 3)
    #expect([MembershipTerms]().inForce(at: 5) == nil)
  }

  @Test("a renewal is tried before the end, then ever more seldom, and given up when its grace is over")
  func renewals() {
    let second: Int64 = 1_000_000
    let end = 1_000_000 * second
    let step = { (tries: Int64, last: Int64?, now: Int64) in
      RenewalRules.step(
        end: end, period: .month, grace: 7 * 86_400, tries: tries, last: last.map { $0 * second }, now: now * second)
    }
    #expect(step(0, nil, 1_000_000 - 86_401) == .wait(until: end - 86_400 * second))
    #expect(step(0, nil, 1_000_000 - 86_400) == .attempt)
    #expect(step(1, 950_000, 953_599) == .wait(until: 953_600 * second))
    #expect(step(1, 950_000, 953_600) == .attempt)
    #expect(step(3, 950_000, 950_000 + 14_400) == .attempt)
    #expect(step(60, 950_000, 950_000 + 86_399) == .wait(until: (950_000 + 86_400) * second))
    // A clock that was set back does not wait for the future.
    #expect(step(9, 990_000, 960_000) == .attempt)
    #expect(step(9, 1_604_000, 1_604_799) == .wait(until: 1_604_800 * second))
    #expect(step(9, 1_604_000, 1_604_800) == .lapse)
  }
}
