import Model
import Rules

extension FuzzTarget {
  /// Instants at which every zone is asked: now, the ends of what can be written, around 1970, a change of clocks.
  private static let instants: [Int64] = [
    1_790_000_000, 0, -1, 1_774_746_000, -62_135_596_800, 253_402_300_799, 4_102_444_800,
  ]

  /// Whatever a zone file says, days end after they began, one after the other, and offsets are those of a planet.
  static func zone(_ bytes: [UInt8]) throws(Finding) {
    guard let zone = try? ZoneRules(tzif: bytes) else { return }
    for instant in instants {
      let offset = zone.offset(at: instant)
      try Finding.unless(abs(offset) <= 97_200, "at \(instant) the offset is \(offset) s")
      let end = zone.dayEnd(at: instant)
      try Finding.unless(end > instant, "the day of \(instant) ends at \(end)")
      try Finding.unless(zone.day(at: end) >= zone.day(at: instant), "at \(end) an earlier day begins")
      _ = (zone.hour(of: instant), zone.daySpan(of: instant))
      if let next = zone.transition(after: instant) {
        try Finding.unless(next > instant, "the transition after \(instant) is at \(next)")
      }
    }
  }

  /// The same of a file that has no transitions, and this rule.
  static func zoneRule(_ bytes: [UInt8]) throws(Finding) {
    let header = Array("TZif2".utf8) + [UInt8](repeating: 0, count: 15)
    let counts: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 4]
    let block: [UInt8] = [0, 0, 0, 0, 0, 0] + Array("UTC\0".utf8)
    try zone(header + counts + block + header + counts + block + [0x0A] + bytes + [0x0A])
  }
}
