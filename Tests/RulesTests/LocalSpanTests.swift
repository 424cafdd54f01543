import Foundation
import Rules
import TestKit
import Testing

@Suite("Hours and days by a place's clocks")
struct LocalSpanTests {
  private func rules(_ zone: String) throws -> ZoneRules {
    try ZoneRules(tzif: Array(try Data(contentsOf: URL(filePath: "/usr/share/zoneinfo/\(zone)"))))
  }

  @Test("the hour that the change of clocks repeats is two hours, the one that it leaves out is none")
  func changes() throws {
    let paris = try rules("Europe/Paris")
    // 2026-10-25: at 01:00 UTC the clocks go from 03:00 back to 02:00.
    let change: Int64 = 1_792_890_000
    let before = paris.hour(of: change - 1)
    let after = paris.hour(of: change)
    #expect(before.localStart == after.localStart)
    #expect((before.offset, after.offset) == (7200, 3600))
    #expect((before.start, after.start) == (change - 3600, change))
    // 2026-03-29: at 01:00 UTC from 02:00 to 03:00.
    let spring: Int64 = 1_774_746_000
    #expect(paris.hour(of: spring).localStart - paris.hour(of: spring - 1).localStart == 7200)
  }

  @Test(
    "a day begins at its own midnight, whatever the clocks do after it",
    arguments: ["Europe/Paris", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe", "UTC"])
  func days(zone: String) throws {
    let rules = try rules(zone)
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = try #require(TimeZone(identifier: zone))
    var random = SeededGenerator(seed: 5)
    for _ in 0..<500 {
      let instant = Int64.random(in: 1_760_000_000...1_830_000_000, using: &random)
      let date = Date(timeIntervalSince1970: TimeInterval(instant))
      #expect(rules.daySpan(of: instant).start == Int64(calendar.startOfDay(for: date).timeIntervalSince1970))
      let hour = rules.hour(of: instant)
      let parts = calendar.dateComponents([.minute, .second], from: date)
      #expect(hour.start == instant - Int64(parts.minute ?? 0) * 60 - Int64(parts.second ?? 0))
    }
  }
}
