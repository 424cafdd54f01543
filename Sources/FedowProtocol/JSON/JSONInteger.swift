/// An integer of any size, as Python has them.
public struct JSONInteger: Hashable, Sendable {
  /// Its decimal digits, with `-` before a negative one and no leading zero.
  public let digits: String

  /// This integer.
  public init(_ value: Int64) { digits = String(value) }

  /// The integer written so in JSON: Python reads `-0` as `0`.
  init(literal: String) { digits = literal == "-0" ? "0" : literal }

  /// The value, when it fits.
  public var int64: Int64? { Int64(digits) }
}
