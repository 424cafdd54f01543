/// A whole number of any size, by schoolbook arithmetic on 32-bit digits, the lowest first: nothing that the rules use.
struct BigNatural: Comparable {
  private var digits: [UInt32]

  init(_ value: UInt64) {
    digits = [UInt32(truncatingIfNeeded: value), UInt32(value >> 32)]
    trim()
  }

  private mutating func trim() {
    while digits.last == 0 { digits.removeLast() }
  }

  /// Nil beyond 64 bits.
  var uint64: UInt64? {
    guard digits.count <= 2 else { return nil }
    return digits.reversed().reduce(0) { $0 << 32 | UInt64($1) }
  }

  static func == (left: BigNatural, right: BigNatural) -> Bool { left.digits == right.digits }

  static func < (left: BigNatural, right: BigNatural) -> Bool {
    guard left.digits.count == right.digits.count else { return left.digits.count < right.digits.count }
    return left.digits.reversed().lexicographicallyPrecedes(right.digits.reversed())
  }

  static func + (left: BigNatural, right: BigNatural) -> BigNatural {
    var sum = BigNatural(0)
    var carry: UInt64 = 0
    for index in 0..<max(left.digits.count, right.digits.count) {
      let one = index < left.digits.count ? UInt64(left.digits[index]) : 0
      let other = index < right.digits.count ? UInt64(right.digits[index]) : 0
      sum.digits.append(UInt32(truncatingIfNeeded: one + other + carry))
      carry = (one + other + carry) >> 32
    }
    sum.digits.append(UInt32(carry))
    sum.trim()
    return sum
  }

  /// The difference; the right one is the smaller.
  static func - (left: BigNatural, right: BigNatural) -> BigNatural {
    var difference = left
    var borrow: Int64 = 0
    for index in left.digits.indices {
      let taken = index < right.digits.count ? Int64(right.digits[index]) : 0
      var digit = Int64(left.digits[index]) - taken - borrow
      borrow = digit < 0 ? 1 : 0
      if digit < 0 { digit += 1 << 32 }
      difference.digits[index] = UInt32(digit)
    }
    difference.trim()
    return difference
  }

  static func * (left: BigNatural, right: UInt32) -> BigNatural {
    var product = BigNatural(0)
    var carry: UInt64 = 0
    for digit in left.digits {
      let value = UInt64(digit) * UInt64(right) + carry
      product.digits.append(UInt32(truncatingIfNeeded: value))
      carry = value >> 32
    }
    product.digits.append(UInt32(carry))
    product.trim()
    return product
  }

  /// The quotient, rounded down.
  static func / (left: BigNatural, right: UInt32) -> BigNatural {
    var quotient = left
    var rest: UInt64 = 0
    for index in left.digits.indices.reversed() {
      let value = rest << 32 | UInt64(left.digits[index])
      quotient.digits[index] = UInt32(value / UInt64(right))
      rest = value % UInt64(right)
    }
    quotient.trim()
    return quotient
  }
}
