import FedowProtocol
import Testing

@Suite("LedgerTime")
struct LedgerTimeTests {
  @Test(
    "is written with microseconds unless there are none",
    arguments: [
      (0, "1970-01-01T00:00:00+00:00"), (1_767_225_599_000_000, "2025-12-31T23:59:59+00:00"),
      (1_795_394_971_931_074, "2026-11-23T00:49:31.931074+00:00"),
      (951_782_400_000_001, "2000-02-29T00:00:00.000001+00:00"),
      (-1, "1969-12-31T23:59:59.999999+00:00"),
    ])
  func isoformat(microseconds: Int64, text: String) {
    let time = LedgerTime(microseconds: microseconds)
    #expect(time.isoformat == text)
    #expect(LedgerTime.parse(text) == time)
    #expect(LedgerTime.parse(time.wire) == time)
  }

  @Test("also what no date can say is written, with four digits of its year or none")
  func beyond() {
    #expect(LedgerTime(microseconds: .min).wire == "0000-12-21T19:59:05.224192Z")
    #expect(LedgerTime(microseconds: .max).wire == "4247-01-10T04:00:54.775807Z")
  }

  @Test("offsets and short fractions are understood")
  func offsets() {
    #expect(LedgerTime.parse("2026-11-23T01:49:31.5+01:00")?.isoformat == "2026-11-23T00:49:31.500000+00:00")
    #expect(LedgerTime.parse("2026-11-23 00:49:31")?.isoformat == "2026-11-23T00:49:31+00:00")
  }

  @Test(
    "what is no time is refused",
    arguments: [
      "", "2026-11-23", "2026-02-30T00:00:00", "2026-13-01T00:00:00", "2026-11-23T24:00:00", "2026-11-23T00:00:60",
      "2026-11-23T00:00:00.", "2026-11-23T00:00:00.1234567", "2026-11-23T00:00:00+1:00", "2026-11-23T00:00:00x",
      // Out of the years that can be written.
      "0001-01-01T00:00:00+00:01", "9999-12-31T23:59:59-00:01",
    ])
  func malformed(text: String) { #expect(LedgerTime.parse(text) == nil) }
}
