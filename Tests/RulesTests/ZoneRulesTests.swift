import Foundation
import Model
import Testing

@testable import Rules

@Suite("Time zones")
struct ZoneRulesTests {
  private func zone(_ name: String) throws -> ZoneRules {
    let data = try Data(contentsOf: URL(fileURLWithPath: "/usr/share/zoneinfo/\(name)"))
    return try ZoneRules(tzif: Array(data))
  }

  @Test("offsets and local days are Python's, at every change and between, far into the future")
  func vectors() throws {
    let url = try #require(Bundle.module.url(forResource: "Vectors/zone-days", withExtension: "csv"))
    var zones: [String: ZoneRules] = [:]
    var count = 0
    for line in try String(contentsOf: url, encoding: .utf8).split(separator: "\n") where !line.hasPrefix("#") {
      let fields = line.split(separator: ",").map { String($0) }
      let numbers = fields.dropFirst().compactMap { Int64($0) }
      try #require(numbers.count == 3)
      let rules = try zones[fields[0]] ?? zone(fields[0])
      zones[fields[0]] = rules
      #expect(rules.offset(at: numbers[0]) == numbers[1], "\(line)")
      #expect(rules.day(at: numbers[0]) == numbers[2], "\(line)")
      count += 1
    }
    #expect(count > 250)
  }

  @Test(
    "a day ends at the next local midnight: after 23, 24 or 25 hours, at once where a zone left a day out",
    arguments: [
      // 2026-03-29 and 2026-10-25, when Paris changes its clocks; 2026-03-08 and 2026-11-01 in New York.
      ("Europe/Paris", 1_774_738_800, 23), ("Europe/Paris", 1_774_652_400, 24), ("Europe/Paris", 1_792_879_200, 25),
      ("America/New_York", 1_772_946_000, 23), ("America/New_York", 1_793_505_600, 25),
      ("Asia/Kathmandu", 1_774_721_700, 24), ("Pacific/Kiritimati", 1_774_692_000, 24),
      // 1994-12-30 was followed by 1995-01-01 on Kiritimati (there was no 31st).
      ("Pacific/Kiritimati", 788_781_600, 24),
    ] as [(String, Int64, Int64)])
  func dayLengths(name: String, midnight: Int64, hours: Int64) throws {
    let rules = try zone(name)
    #expect(rules.day(at: midnight) > rules.day(at: midnight - 1), "the day does not begin here")
    #expect(rules.dayEnd(at: midnight) - midnight == hours * 3600)
    #expect(rules.dayEnd(at: midnight + hours * 3600 - 1) == midnight + hours * 3600)
    #expect(rules.day(at: midnight + hours * 3600 - 1) == rules.day(at: midnight))
    #expect(rules.day(at: midnight + hours * 3600) > rules.day(at: midnight))
  }

  @Test(
    "the end of a day is the first instant of a later one, whatever the zone and the hour",
    arguments: [
      "Europe/Paris", "America/New_York", "Pacific/Kiritimati", "Asia/Kathmandu", "America/Havana", "Africa/Cairo",
      "Pacific/Apia", "Australia/Lord_Howe",
    ])
  func dayEnds(name: String) throws {
    let rules = try zone(name)
    for hour in stride(from: Int64(0), to: 24 * 366 * 2, by: 7) {
      let instant = 1_767_225_600 + hour * 3600 + hour % 3600
      let end = rules.dayEnd(at: instant)
      #expect(end > instant && end - instant <= 49 * 3600)
      #expect(rules.day(at: end - 1) == rules.day(at: instant))
      #expect(rules.day(at: end) == rules.day(at: instant) + 1)
    }
  }

  @Test("what is no zone file is refused, whatever its bytes")
  func malformed() throws {
    let good = Array(try Data(contentsOf: URL(fileURLWithPath: "/usr/share/zoneinfo/Europe/Paris")))
    for length in stride(from: 0, to: good.count - 1, by: 13) {
      #expect(throws: Refusal.self) { try ZoneRules(tzif: Array(good.prefix(length))) }
    }
    // A count that promises more than there is.
    var huge = good
    for index in 20..<44 { huge[index] = 0xFF }
    #expect(throws: Refusal.self) { try ZoneRules(tzif: huge) }
  }

  @Test(
    "the rules of the footer are read as POSIX and RFC 8536 write them",
    arguments: [
      ("UTC0", 0, 0), ("<+0545>-5:45", 20_700, 20_700), ("CET-1CEST,M3.5.0,M10.5.0/3", 3600, 7200),
      ("IST-1GMT0,M10.5.0,M3.5.0/1", 0, 3600), ("EST5EDT,J60/2,J300", -18_000, -14_400),
      ("<-03>3<-02>,9/-1,300/25", -7200, -7200),
    ] as [(String, Int64, Int64)])
  func footer(text: String, january: Int64, july: Int64) throws {
    let rule = try ZoneRule(posix: Array(text.utf8))
    // 2026-01-12 and 2026-07-01.
    #expect(rule.offset(at: 1_768_176_000) == january)
    #expect(rule.offset(at: 1_782_864_000) == july)
  }

  @Test(
    "a rule that is none is refused", arguments: ["", "X", "CET", "CET-1CEST", "CET-1CEST,M13.1.0,M1.1.0", "CET-999"])
  func badFooter(text: String) {
    #expect(throws: Refusal.self) { try ZoneRule(posix: Array(text.utf8)) }
  }
}
