/// A sum in minor units (hundredths; also for time and loyalty), never a floating-point number.
public struct Amount: Hashable, Sendable, Comparable {
  /// Hundredths of the asset's unit.
  public let minorUnits: Int64

  /// A sum of so many hundredths.
  public init(minorUnits: Int64) { self.minorUnits = minorUnits }

  /// Nothing.
  public static let zero = Amount(minorUnits: 0)

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

extension Amount: CustomStringConvertible {
  /// With two decimals and a point, for instance `3.50`.
  public var description: String {
    let magnitude = minorUnits.magnitude
    let cents = magnitude % 100
    return "\(minorUnits < 0 ? "-" : "")\(magnitude / 100).\(cents < 10 ? "0" : "")\(cents)"
  }
}
