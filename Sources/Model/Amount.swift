/// A sum in minor units (hundredths; also for time and loyalty), never a floating-point number.
public struct Amount: Hashable, Sendable, Comparable {
  /// Hundredths of the asset's unit.
  public let minorUnits: Int64

  /// A sum of so many hundredths.
  public init(minorUnits: Int64) { self.minorUnits = minorUnits }

  /// Nothing.
  public static let zero = Amount(minorUnits: 0)

  /// The most that is made at once, or that a request may name: a thousand million units. It is more than anybody means,
  /// and the sums of any history of such amounts can be counted.
  public static let largest = Amount(minorUnits: 100_000_000_000)

  /// Reads what a person types: `3`, `3.5`, `3.50` or `3,50`; no sign, at most two decimals.
  /// - Throws: `Refusal` with code `amount_invalid`.
  public init(decimal text: String) throws(Refusal) {
    let parts = text.split(separator: text.contains(",") ? "," : ".", omittingEmptySubsequences: false)
    let whole = parts.first ?? ""
    let cents = parts.count == 2 ? parts[1] : ""
    let isDigits = { (part: Substring) in part.utf8.allSatisfy { (48...57).contains($0) } }
    guard (1...2).contains(parts.count), !whole.isEmpty, isDigits(whole), isDigits(cents), cents.count <= 2,
      parts.count == 1 || !cents.isEmpty,
      let value = Int64(whole + cents + String(repeating: "0", count: 2 - cents.count))
    else { throw Refusal(.amountInvalid, "'\(text)' is not an amount; write it like 3.50.") }
    self.init(minorUnits: value)
  }

  /// The sum of both, or nil when it does not fit.
  public func adding(_ other: Amount) -> Amount? {
    let (sum, overflow) = minorUnits.addingReportingOverflow(other.minorUnits)
    return overflow ? nil : Amount(minorUnits: sum)
  }

  /// The difference, or nil when it does not fit.
  public func subtracting(_ other: Amount) -> Amount? {
    let (difference, overflow) = minorUnits.subtractingReportingOverflow(other.minorUnits)
    return overflow ? nil : Amount(minorUnits: difference)
  }

  /// Orders by value.
  public static func < (left: Amount, right: Amount) -> Bool { left.minorUnits < right.minorUnits }
}

extension Int64 {
  /// The sum, or the largest or smallest number where it does not fit: of what was counted none is lost, and nothing traps.
  public func saturatingSum(_ other: Int64) -> Int64 {
    let (sum, overflow) = addingReportingOverflow(other)
    return overflow ? (other < 0 ? .min : .max) : sum
  }

  /// The difference in the same way.
  public func saturatingDifference(_ other: Int64) -> Int64 {
    let (difference, overflow) = subtractingReportingOverflow(other)
    return overflow ? (other < 0 ? .max : .min) : difference
  }
}

extension Sequence<Int64> {
  /// The sum, or the largest or smallest number where it does not fit.
  public var saturatingSum: Int64 { Int64(clamping: reduce(Int128(0)) { $0 + Int128($1) }) }
}

extension Amount: CustomStringConvertible {
  /// With two decimals and a point, for instance `3.50`.
  public var description: String {
    let magnitude = minorUnits.magnitude
    let cents = magnitude % 100
    return "\(minorUnits < 0 ? "-" : "")\(magnitude / 100).\(cents < 10 ? "0" : "")\(cents)"
  }
}
