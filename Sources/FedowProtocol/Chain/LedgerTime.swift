import Glibc
import Model

/// An instant of the chain, in UTC and whole microseconds, the precision that is hashed.
public struct LedgerTime: Hashable, Sendable, Comparable {
  /// Microseconds since 1970-01-01T00:00:00Z.
  public let microseconds: Int64

  /// The instant so many microseconds after 1970-01-01T00:00:00Z.
  public init(microseconds: Int64) { self.microseconds = microseconds }

  /// The present instant on the machine's wall clock.
  public static func now() -> LedgerTime {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return LedgerTime(microseconds: Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000)
  }

  /// Orders by time.
  public static func < (left: LedgerTime, right: LedgerTime) -> Bool { left.microseconds < right.microseconds }
}

extension LedgerTime {
  /// Python's `isoformat()` of the instant in UTC: microseconds unless they are 0, then `+00:00`. The chain hashes this.
  public var isoformat: String { text(endingWith: "+00:00") }

  /// The same with `Z`, as Django REST framework answers.
  public var wire: String { text(endingWith: "Z") }

  /// Written straight into the string: a sale has a dozen of them.
  private func text(endingWith zone: StaticString) -> String {
    let (seconds, fraction) = microseconds.flooredDivision(by: 1_000_000)
    let (days, secondOfDay) = seconds.flooredDivision(by: 86_400)
    let (year, month, day) = CivilDate.of(daysSince1970: days)
    return String(unsafeUninitializedCapacity: 26 + zone.utf8CodeUnitCount) { buffer in
      var text = DigitWriter(buffer: buffer)
      text.write(year, width: 4, then: "-")
      text.write(month, width: 2, then: "-")
      text.write(day, width: 2, then: "T")
      text.write(secondOfDay / 3600, width: 2, then: ":")
      text.write(secondOfDay / 60 % 60, width: 2, then: ":")
      text.write(secondOfDay % 60, width: 2, then: fraction == 0 ? "" : ".")
      if fraction != 0 { text.write(fraction, width: 6, then: "") }
      text.write(zone)
      return text.count
    }
  }

  /// Reads ISO 8601 as Python's `fromisoformat` does: a fraction of 1 to 6 digits or none, `Z`, an offset, or none (UTC).
  public static func parse(_ text: String) -> LedgerTime? {
    let bytes = Array(text.utf8)
    guard bytes.count >= 19, bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-"),
      bytes[10] == UInt8(ascii: "T") || bytes[10] == UInt8(ascii: " "), bytes[13] == UInt8(ascii: ":"),
      bytes[16] == UInt8(ascii: ":"),
      let year = number(bytes[0..<4]), let month = number(bytes[5..<7]), let day = number(bytes[8..<10]),
      let hour = number(bytes[11..<13]), let minute = number(bytes[14..<16]), let second = number(bytes[17..<19]),
      hour < 24, minute < 60, second < 60, let days = CivilDate.days(year: year, month: month, day: day)
    else { return nil }
    var rest = bytes[19...]
    var fraction: Int64 = 0
    if rest.first == UInt8(ascii: ".") {
      let digits = rest.dropFirst().prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
      guard (1...6).contains(digits.count), let value = number(digits) else { return nil }
      fraction = (digits.count..<6).reduce(value) { value, _ in value * 10 }
      rest = rest.dropFirst(1 + digits.count)
    }
    guard let offset = offset(rest) else { return nil }
    let seconds = days * 86_400 + hour * 3600 + minute * 60 + second - offset
    // An offset can lead out of the years that can be written.
    guard (firstSecond...lastSecond).contains(seconds) else { return nil }
    return LedgerTime(microseconds: seconds * 1_000_000 + fraction)
  }

  /// 0001-01-01T00:00:00Z and 9999-12-31T23:59:59Z, in seconds since 1970.
  private static let firstSecond: Int64 = -62_135_596_800
  private static let lastSecond: Int64 = 253_402_300_799

  private static func offset(_ bytes: ArraySlice<UInt8>) -> Int64? {
    if bytes.isEmpty || bytes.elementsEqual("Z".utf8) { return 0 }
    let signs: [UInt8: Int64] = [UInt8(ascii: "+"): 1, UInt8(ascii: "-"): -1]
    let parts = bytes.dropFirst().split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
    guard let first = bytes.first, let sign = signs[first], parts.count == 2, parts.allSatisfy({ $0.count == 2 }),
      let hours = number(parts[0]), let minutes = number(parts[1]), hours < 24, minutes < 60
    else { return nil }
    return sign * (hours * 3600 + minutes * 60)
  }

  private static func number(_ digits: ArraySlice<UInt8>) -> Int64? {
    guard digits.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else { return nil }
    return Int64(String(decoding: digits, as: UTF8.self))
  }
}

extension Int64 {
  fileprivate func flooredDivision(by divisor: Int64) -> (quotient: Int64, remainder: Int64) {
    let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
  }
}

/// Writes numbers of fixed widths one after the other.
private struct DigitWriter {
  let buffer: UnsafeMutableBufferPointer<UInt8>
  private(set) var count = 0

  init(buffer: UnsafeMutableBufferPointer<UInt8>) { self.buffer = buffer }

  /// The last digits of a number, with zeros before them up to the width.
  mutating func write(_ value: Int64, width: Int, then mark: StaticString) {
    var rest = max(0, value)  // No year before 0 can be written.
    for place in stride(from: count + width - 1, through: count, by: -1) {
      buffer[place] = UInt8(ascii: "0") + UInt8(rest % 10)
      rest /= 10
    }
    count += width
    write(mark)
  }

  mutating func write(_ text: StaticString) {
    for byte in UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount) {
      buffer[count] = byte
      count += 1
    }
  }
}
