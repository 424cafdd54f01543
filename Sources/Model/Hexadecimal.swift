/// Hexadecimal as text.
public enum Hexadecimal {
  /// Two digits a byte.
  public static func encode(_ bytes: some Sequence<UInt8>, uppercase: Bool = false) -> String {
    let bytes = Array(bytes)
    let letter = UInt8(ascii: uppercase ? "A" : "a") - 10
    return String(unsafeUninitializedCapacity: 2 * bytes.count) { text in
      for (index, byte) in bytes.enumerated() {
        let (high, low) = (byte >> 4, byte & 15)
        text[2 * index] = high + (high < 10 ? UInt8(ascii: "0") : letter)
        text[2 * index + 1] = low + (low < 10 ? UInt8(ascii: "0") : letter)
      }
      return 2 * bytes.count
    }
  }

  /// The bytes behind the digits, or nil when a character is not a digit or their number is odd.
  public static func decode(_ text: String) -> [UInt8]? {
    var bytes: [UInt8] = []
    var high: UInt8?
    for character in text.utf8 {
      guard let digit = value(of: character) else { return nil }
      if let first = high {
        bytes.append(first << 4 | digit)
        high = nil
      } else {
        high = digit
      }
    }
    return high == nil ? bytes : nil
  }

  /// The digit of 0 to 15, in lower case.
  static func digit(_ value: UInt8) -> UInt8 {
    value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
  }

  /// The digit in lower case; nil when the character is none.
  static func lowercased(_ character: UInt8) -> UInt8? { value(of: character).map(digit) }

  private static func value(of character: UInt8) -> UInt8? {
    switch character {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): character - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): character - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): character - UInt8(ascii: "A") + 10
    default: nil
    }
  }
}
