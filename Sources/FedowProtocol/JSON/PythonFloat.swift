/// How Python writes a float.
enum PythonFloat {
  /// `repr(value)`: the shortest digits that read back the same, plain from 1e-4 up to (not including) 1e16.
  static func repr(_ value: Double) -> String {
    if value.isNaN { return "nan" }
    if value.isInfinite { return value < 0 ? "-inf" : "inf" }
    let sign = value.sign == .minus ? "-" : ""
    let (digits, point) = shortestDigits(of: value.magnitude)
    return sign + layOut(digits, point: point)
  }

  /// `json.dumps(value)`, which spells the values that JSON does not have its own way.
  static func json(_ value: Double) -> String {
    if value.isNaN { return "NaN" }
    if value.isInfinite { return value < 0 ? "-Infinity" : "Infinity" }
    return repr(value)
  }

  /// The significant digits, and how many of them stand before the decimal point.
  ///
  /// Swift's description also has the shortest digits that read back, only laid out by other rules.
  private static func shortestDigits(of magnitude: Double) -> (digits: [UInt8], point: Int) {
    let parts = magnitude.description.split(separator: "e")
    let mantissa = parts[0].split(separator: ".")
    let fraction = mantissa.count > 1 && mantissa[1] != "0" ? mantissa[1] : ""
    var digits = Array(mantissa[0].utf8) + Array(fraction.utf8)
    var point = mantissa[0].utf8.count + (parts.count > 1 ? Int(parts[1]) ?? 0 : 0)
    let zero = UInt8(ascii: "0")
    let leading = digits.prefix { $0 == zero }.count
    guard leading < digits.count else { return ([zero], 1) }
    digits.removeFirst(leading)
    point -= leading
    while digits.last == zero { digits.removeLast() }
    return (digits, point)
  }

  private static func layOut(_ digits: [UInt8], point: Int) -> String {
    let text = { (part: ArraySlice<UInt8>) in String(decoding: part, as: UTF8.self) }
    let zeros = { (count: Int) in String(repeating: "0", count: count) }
    if point > 16 || point < -3 {
      let exponent = point - 1
      let rest = digits.count > 1 ? "." + text(digits[1...]) : ""
      let padded = abs(exponent) < 10 ? "0\(abs(exponent))" : "\(abs(exponent))"
      return text(digits[..<1]) + rest + "e" + (exponent < 0 ? "-" : "+") + padded
    }
    if point <= 0 { return "0." + zeros(-point) + text(digits[...]) }
    if point >= digits.count { return text(digits[...]) + zeros(point - digits.count) + ".0" }
    return text(digits[..<point]) + "." + text(digits[point...])
  }
}
