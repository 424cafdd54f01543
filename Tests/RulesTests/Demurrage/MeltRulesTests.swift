import Foundation
import Model
import Testing

@testable import Rules

@Suite("Melting money")
struct MeltRulesTests {
  private let receiver = EntityID.random()
  private let wallet = EntityID.random()

  private func zone(_ name: String) throws(Refusal) -> ZoneRules {
    guard let data = FileManager.default.contents(atPath: "/usr/share/zoneinfo/\(name)") else {
      throw Refusal(.configurationInvalid)
    }
    return try ZoneRules(tzif: Array(data))
  }

  private func terms(
    from: Int64, rate: Int64 = 10_000, _ unit: MeltUnit = .month, number: Int64 = 1, grace: Int64 = 0, floor: Int64 = 0,
    to receiver: EntityID? = nil, kinds: Set<WalletKind> = [.place], zone: String = "UTC"
  ) -> MeltTerms {
    MeltTerms(
      id: .random(), number: number, from: from * 1_000_000, rate: rate, unit: unit, graceDays: grace, floor: floor,
      receiver: receiver ?? self.receiver, exemptKinds: kinds, timeZone: zone)
  }

  private func calendar(_ versions: [MeltTerms], past instant: Int64) throws -> MeltCalendar {
    var calendar = try MeltCalendar(versions: versions) { (name: String) throws(Refusal) in try zone(name) }
    calendar.extend(past: instant * 1_000_000)
    return calendar
  }

  private static let year2027: Int64 = 1_798_761_600
  private static let day: Int64 = 86_400

  @Test("what melts is rounded down, above the floor, and fits for any balance and any rate")
  func amounts() {
    #expect(terms(from: 0, rate: 10_000).melting(of: 99) == 0)
    #expect(terms(from: 0, rate: 10_000).melting(of: 100) == 1)
    #expect(terms(from: 0, rate: 10_000, floor: 500).melting(of: 599) == 0)
    #expect(terms(from: 0, rate: 10_000, floor: 500).melting(of: 600) == 1)
    #expect(terms(from: 0, rate: 1_000_000).melting(of: .max) == .max)
    #expect(terms(from: 0, rate: 999_999).melting(of: .max) == .max - .max / 1_000_000 - 1)
    #expect(terms(from: 0, rate: 0).melting(of: 1000) == 0)
  }

  @Test("a month melts at the local midnight, also where the clocks change within it, and a day may have 23 hours")
  func changesOfClocks() throws {
    let months = try calendar(
      [terms(from: Self.year2027 - 3600, zone: "Europe/Paris")], past: Self.year2027 + 366 * Self.day)
    #expect(months.periods[0].start == (Self.year2027 - 3600) * 1_000_000)
    // April and October end by summer's clocks and by winter's.
    let hours = months.periods.map { ($0.end - $0.start) / 3_600_000_000 }
    #expect(Array(hours[0..<12]) == [744, 672, 743, 720, 744, 720, 744, 744, 720, 745, 720, 744])
    let days = try calendar(
      [terms(from: Self.year2027 - 3600, .day, zone: "Europe/Paris")], past: Self.year2027 + 366 * Self.day)
    #expect(Set(days.periods.map { ($0.end - $0.start) / 3_600_000_000 }) == [23, 24, 25])
    #expect(zip(days.periods, days.periods.dropFirst()).allSatisfy { $0.end == $1.start })
  }

  @Test("a midnight or a day that a zone left out makes no period twice and none of no length")
  func gaps() throws {
    // Sao Paulo's clocks went from midnight to one on 2018-11-04; Apia had no 2011-12-30.
    for (name, from) in [("America/Sao_Paulo", Int64(1_541_041_200)), ("Pacific/Apia", 1_324_800_000)] {
      let days = try calendar([terms(from: from, .day, zone: name)], past: from + 20 * Self.day)
      #expect(days.periods.allSatisfy { $0.start < $0.end })
      #expect(zip(days.periods, days.periods.dropFirst()).allSatisfy { $0.end == $1.start })
    }
    let apia = try zone("Pacific/Apia")
    #expect(apia.firstInstant(of: 15_338) == apia.firstInstant(of: 15_339))
  }

  @Test("weeks begin on Monday, years on the first of January")
  func units() throws {
    let weeks = try calendar([terms(from: Self.year2027, .week)], past: Self.year2027 + 30 * Self.day)
    #expect(weeks.periods[0].start == (Self.year2027 + 3 * Self.day) * 1_000_000)  // Monday, 2027-01-04
    let years = try calendar([terms(from: Self.year2027 + 1, .year)], past: Self.year2027 + 400 * Self.day)
    #expect(years.periods[0].start == (Self.year2027 + 365 * Self.day) * 1_000_000)
  }

  @Test("a period that has begun keeps its terms; the next begins at its own unit's boundary")
  func newTerms() throws {
    let middle = Self.year2027 + 14 * Self.day  // Friday, 2027-01-15
    let versions = [
      terms(from: Self.year2027), terms(from: middle, rate: 5_000, .week, number: 2),
      // Made later for the same day: it holds instead.
      terms(from: middle, rate: 1_000, .week, number: 3),
    ]
    let periods = try calendar(versions, past: Self.year2027 + 60 * Self.day).periods
    #expect(periods[0].version == 0)
    #expect(periods[0].end == (Self.year2027 + 31 * Self.day) * 1_000_000)
    #expect(periods[1].version == 2)
    // The first of February 2027 is a Monday.
    #expect(periods[1].start == periods[0].end)
  }

  @Test("terms that end before their first boundary give no period")
  func shortTerms() throws {
    let versions = [
      terms(from: Self.year2027 + 14 * Self.day), terms(from: Self.year2027 + 19 * Self.day, .day, number: 2),
    ]
    let first = try calendar(versions, past: Self.year2027 + 60 * Self.day).periods[0]
    #expect(first.version == 1)
    #expect(first.start == (Self.year2027 + 19 * Self.day) * 1_000_000)
  }

  @Test("money that came within the period or its grace does not melt, nor what only passed through")
  func leastBalance() throws {
    let calendar = try calendar([terms(from: Self.year2027, grace: 10)], past: Self.year2027 + 100 * Self.day)
    let january = Self.year2027 * 1_000_000
    var balance = MeltingBalance(wallet: wallet, kind: .person)
    balance.set(1000, at: january - 11 * Self.day * 1_000_000)
    balance.set(5000, at: january - 9 * Self.day * 1_000_000)
    balance.set(4000, at: january + 1)
    // 1000 lay since before the grace; of February it is 4000 less that.
    #expect(balance.melt(upTo: calendar.periods[0].end, in: calendar).map(\.amount) == [10])
    #expect(balance.melt(upTo: calendar.periods[0].end, in: calendar).isEmpty)
    #expect(balance.melt(upTo: calendar.periods[1].end, in: calendar).map(\.least) == [3990])
  }

  @Test("places, named wallets and who ever received what melts are exempt, the last for ever")
  func exemptions() throws {
    let next = EntityID.random()
    let later = Self.year2027 + 31 * Self.day
    let calendar = try calendar(
      [terms(from: Self.year2027), terms(from: later, number: 2, to: next, kinds: [])],
      past: later + 40 * Self.day)
    let (first, second) = (calendar.periods[0], calendar.periods[1])
    #expect(calendar.isExempt(wallet, kind: .place, in: first))
    #expect(!calendar.isExempt(wallet, kind: .place, in: second))
    #expect(calendar.isExempt(wallet, kind: .server, in: second))
    #expect(calendar.isExempt(receiver, kind: .person, in: second))
    #expect(!calendar.isExempt(next, kind: .person, in: first))
    #expect(calendar.isExempt(next, kind: .person, in: second))
  }

  @Test("what melts next is what will melt, over the grace too, and nothing when nothing will")
  func forecast() throws {
    let now = (Self.year2027 + 5 * Self.day) * 1_000_000
    var calendar = try calendar([terms(from: Self.year2027, grace: 40)], past: Self.year2027 + 10 * Self.day)
    var balance = MeltingBalance(wallet: wallet, kind: .card)
    balance.set(1000, at: now)
    let next = try #require(balance.next(after: now, in: &calendar))
    // The first window that begins after January the 6th is March's, 40 days before the first.
    #expect(next.period.start == (Self.year2027 + 59 * Self.day) * 1_000_000)
    #expect(next.amount == 10)
    calendar.extend(past: next.period.end)
    #expect(balance.melt(upTo: next.period.end, in: calendar) == [next])
    var small = MeltingBalance(wallet: wallet, kind: .card)
    small.set(99, at: now)
    #expect(small.next(after: now, in: &calendar) == nil)
  }

  @Test("a simulation without melting changes nothing; with it less is held, and nothing appears or vanishes")
  func simulation() {
    let simulation = MeltSimulation(balances: [10_000, 500, 0], count: 24, floor: 100, spending: 200_000)
    #expect(simulation.run(rate: 0).allSatisfy { $0.held == 10_500 && $0.melted == 0 })
    let points = simulation.run(rate: 20_000)
    #expect(points[24].held < 10_500)
    for (before, after) in zip(points, points.dropFirst()) {
      #expect(after.held == before.held - after.spent - after.melted + 2_100)
    }
    let quicker = MeltSimulation(balances: [10_000], count: 12, spending: 200_000, response: 1_000_000)
    #expect(quicker.run(rate: 20_000)[1].spent == 2_200)
    // Huge sums and every rate are counted without a trap.
    let huge = MeltSimulation(balances: [.max / 4, 1], unit: .day, count: 3, spending: 1_000_000, response: 1_000_000)
    #expect(huge.run(rate: 1_000_000).count == 4)
  }
}
