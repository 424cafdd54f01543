import Foundation
import Model
import TestKit
import Testing

@testable import Rules

@Suite("How long a membership is")
struct MembershipPeriodTests {
  private func zone(_ name: String) throws -> ZoneRules {
    try ZoneRules(tzif: Array(Data(contentsOf: URL(fileURLWithPath: "/usr/share/zoneinfo/\(name)"))))
  }

  private func instant(_ text: String) throws -> Int64 {
    let format = Date.ISO8601FormatStyle(includingFractionalSeconds: false)
    return Int64(try format.parse(text).timeIntervalSince1970) * 1_000_000
  }

  @Test(
    "a period ends with a local day: on the same day of the next month or year, or the last that there is",
    arguments: [
      (.year, "2026-03-10T14:00:00Z", "2027-03-09T23:00:00Z"),
      // Of February 29 the next year has none.
      (.year, "2028-02-29T11:00:00Z", "2029-02-27T23:00:00Z"),
      (.civilYear, "2026-03-10T14:00:00Z", "2026-12-31T23:00:00Z"),
      (.civilYear, "2026-12-31T22:59:59Z", "2026-12-31T23:00:00Z"),
      // The last second of the old year is the first of the new one in Paris.
      (.civilYear, "2026-12-31T23:00:00Z", "2027-12-31T23:00:00Z"),
      (.month, "2027-01-31T09:00:00Z", "2027-02-27T23:00:00Z"),
      (.month, "2026-03-28T23:30:00Z", "2026-04-28T22:00:00Z"),
      // Seven local days over the change of clocks: 167 hours from midnight to midnight.
      (.week, "2026-03-24T23:00:00Z", "2026-03-31T22:00:00Z"),
      (.day, "2026-03-29T00:30:00Z", "2026-03-29T22:00:00Z"),
      (.day, "2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z"),
      (.hour, "2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z"),
    ] as [(MembershipPeriod, String, String)])
  func ends(period: MembershipPeriod, start: String, end: String) throws {
    let run = try MembershipRun(after: nil, start: try instant(start), period: period, in: try zone("Europe/Paris"))
    #expect(run.end == (try instant(end)))
    #expect(run.first == run.start)
    let over = try instant(end)
    #expect(run.isValid(at: run.start) && run.isValid(at: over - 1))
    #expect(!run.isValid(at: over) && !run.isValid(at: run.start - 1))
  }

  @Test("a membership of the 31st that is paid on and on ends on the 31st again where there is one")
  func monthEnds() throws {
    let zone = try zone("Europe/Paris")
    var run = try MembershipRun(after: nil, start: try instant("2027-12-31T10:00:00Z"), period: .month, in: zone)
    var days: [Int64] = []
    for _ in 0..<15 {
      run = try MembershipRun(after: run, start: try #require(run.end), period: .month, in: zone)
      days.append(CivilDate.of(daysSince1970: zone.day(at: run.start / 1_000_000)).day)
    }
    #expect(days == [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31, 31, 28, 31])
    #expect(run.first == (try instant("2027-12-31T10:00:00Z")))
  }

  /// The same by Foundation, which knows nothing of ours.
  private func expectedEnd(of first: Int64, _ count: Int, _ period: MembershipPeriod, zone: String) throws -> Int64 {
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = try #require(TimeZone(identifier: zone))
    let start = Date(timeIntervalSince1970: Double(first) / 1_000_000)
    if period == .hour { return first + Int64(count) * 3_600_000_000 }
    let midnight = calendar.startOfDay(for: start)
    let end: Date?
    switch period {
    case .year: end = calendar.date(byAdding: .year, value: count, to: midnight)
    case .civilYear:
      let year = calendar.component(.year, from: start) + count
      end = calendar.date(from: DateComponents(year: year, month: 1, day: 1))
    case .month: end = calendar.date(byAdding: .month, value: count, to: midnight)
    case .week: end = calendar.date(byAdding: .day, value: 7 * count, to: midnight)
    case .day, .hour: end = calendar.date(byAdding: .day, value: count, to: midnight)
    }
    return Int64(calendar.startOfDay(for: try #require(end)).timeIntervalSince1970.rounded()) * 1_000_000
  }

  @Test(
    "runs of random length from random instants are Foundation's, in every zone and over every change of clocks",
    arguments: ["Europe/Paris", "America/New_York", "Pacific/Kiritimati", "Australia/Lord_Howe", "UTC"])
  func property(name: String) throws {
    var random = SeededGenerator(seed: 20_260_101)
    let zone = try zone(name)
    for _ in 0..<400 {
      let period = MembershipPeriod.allCases.randomElement(using: &random) ?? .year
      // From 2001 to 2050, where both know the same rules.
      let first = Int64.random(in: 980_000_000...2_500_000_000, using: &random) * 1_000_000
      var run = try MembershipRun(after: nil, start: first, period: period, in: zone)
      for count in 1...Int.random(in: 1...14, using: &random) {
        let expected = try expectedEnd(of: first, count, period, zone: name)
        try #require(run.end == expected, "\(period) \(first) \(count)")
        run = try MembershipRun(after: run, start: expected, period: period, in: zone)
        try #require(run.first == first)
      }
    }
  }

  @Test("who pays after a gap begins anew; an hourly one that ran for years finds its end at once")
  func gapsAndLength() throws {
    let zone = try zone("Europe/Paris")
    let first = try MembershipRun(after: nil, start: 0, period: .month, in: zone)
    let later = try MembershipRun(after: first, start: try #require(first.end) + 1, period: .month, in: zone)
    #expect(later.first == later.start)
    let start: Int64 = 1_700_000_000_000_001
    let long = MembershipRun(first: start, start: start, end: start + 3_600_000_000 * 100_000)
    let next = try MembershipRun(after: long, start: try #require(long.end), period: .hour, in: zone)
    #expect(next.end == start + 3_600_000_000 * 100_001)
  }

  @Test("the end of the calendar is a refusal and no crash")
  func far() throws {
    for period in MembershipPeriod.allCases {
      let last = (try #require(CivilDate.days(year: 9999, month: 12, day: 31)) * 86_400 + 86_000) * 1_000_000
      #expect(throws: Refusal.self) { try MembershipRun(after: nil, start: last, period: period, in: .utc) }
    }
  }
}
