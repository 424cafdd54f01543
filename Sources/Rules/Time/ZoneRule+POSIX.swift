import Model

extension ZoneRule {
  /// Reads the value of `TZ`.
  /// - Throws: `Refusal` with `configuration_invalid`.
  init(posix text: [UInt8]) throws(Refusal) {
    var reader = POSIXZoneReader(rest: text[...])
    try reader.name()
    standard = try reader.offset()
    guard !reader.isAtEnd else {
      daylight = nil
      return
    }
    try reader.name()
    let offset = try reader.isAt(",") ? standard + 3600 : reader.offset()
    try reader.expect(",")
    let start = try reader.change()
    try reader.expect(",")
    let end = try reader.change()
    guard reader.isAtEnd else { throw TZifReader.malformed }
    daylight = Daylight(offset: offset, start: start, end: end)
  }
}

/// Reads the parts of a `TZ` value in their order.
private struct POSIXZoneReader {
  var rest: ArraySlice<UInt8>

  var isAtEnd: Bool { rest.isEmpty }

  func isAt(_ character: Unicode.Scalar) -> Bool { rest.first == UInt8(ascii: character) }

  mutating func takes(_ character: Unicode.Scalar) -> Bool {
    guard isAt(character) else { return false }
    rest.removeFirst()
    return true
  }

  mutating func expect(_ character: Unicode.Scalar) throws(Refusal) {
    guard takes(character) else { throw TZifReader.malformed }
  }

  /// An abbreviation: at least three letters, or anything in angle brackets.
  mutating func name() throws(Refusal) {
    if takes("<") {
      guard let end = rest.firstIndex(of: UInt8(ascii: ">")) else { throw TZifReader.malformed }
      rest = rest[(end + 1)...]
      return
    }
    let letters = rest.prefix { ($0 | 0x20) >= UInt8(ascii: "a") && ($0 | 0x20) <= UInt8(ascii: "z") }
    guard letters.count >= 3 else { throw TZifReader.malformed }
    rest = rest.dropFirst(letters.count)
  }

  mutating func number(in range: ClosedRange<Int64>) throws(Refusal) -> Int64 {
    let digits = rest.prefix { $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }
    guard (1...3).contains(digits.count) else { throw TZifReader.malformed }
    rest = rest.dropFirst(digits.count)
    let value = digits.reduce(Int64(0)) { $0 * 10 + Int64($1 - UInt8(ascii: "0")) }
    guard range.contains(value) else { throw TZifReader.malformed }
    return value
  }

  /// `[+|-]hh[:mm[:ss]]`, up to 167 hours, in seconds.
  mutating func clockTime() throws(Refusal) -> Int64 {
    let sign: Int64 = takes("-") ? -1 : 1
    if sign == 1 { _ = takes("+") }
    var seconds = try number(in: 0...167) * 3600
    if takes(":") {
      seconds += try number(in: 0...59) * 60
      if takes(":") { seconds += try number(in: 0...59) }
    }
    return sign * seconds
  }

  /// How far ahead of UTC a clock is, which `TZ` writes the other way round.
  mutating func offset() throws(Refusal) -> Int64 {
    let seconds = -(try clockTime())
    guard TZifReader.offsets.contains(seconds) else { throw TZifReader.malformed }
    return seconds
  }

  mutating func change() throws(Refusal) -> ZoneRule.Change {
    let day: ZoneRule.Change.Day
    if takes("M") {
      let month = try number(in: 1...12)
      try expect(".")
      let week = try number(in: 1...5)
      try expect(".")
      day = .weekday(month: month, week: week, day: try number(in: 0...6))
    } else if takes("J") {
      day = .julian(try number(in: 1...365))
    } else {
      day = .zeroBased(try number(in: 0...365))
    }
    return ZoneRule.Change(day: day, time: try takes("/") ? clockTime() : 7200)
  }
}
