/// Base64 with the URL-safe alphabet (RFC 4648, section 5), padded, as Python's `urlsafe_b64encode` writes it.
public enum Base64URL {
  private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

  /// The padded text.
  public static func encode(_ bytes: [UInt8]) -> String { String(decoding: characters(of: bytes), as: UTF8.self) }

  /// The padded text's characters: what is signed, without a string between.
  public static func characters(of bytes: [UInt8]) -> [UInt8] {
    let alphabet = alphabet
    var text: [UInt8] = []
    text.reserveCapacity((bytes.count + 2) / 3 * 4)
    var index = 0
    while index < bytes.count {
      let rest = bytes.count - index
      let first = bytes[index]
      let second = rest > 1 ? bytes[index + 1] : 0
      let third = rest > 2 ? bytes[index + 2] : 0
      text.append(alphabet[Int(first >> 2)])
      text.append(alphabet[Int(first & 3) << 4 | Int(second >> 4)])
      text.append(rest > 1 ? alphabet[Int(second & 15) << 2 | Int(third >> 6)] : UInt8(ascii: "="))
      text.append(rest > 2 ? alphabet[Int(third & 63)] : UInt8(ascii: "="))
      index += 3
    }
    return text
  }

  /// The bytes behind padded text of either alphabet, or nil.
  ///
  /// Both alphabets because Python's decoder takes both, so clients in the field may send either.
  public static func decode(_ text: String) -> [UInt8]? {
    let characters = Array(text.utf8)
    guard characters.count % 4 == 0 else { return nil }
    let padding = characters.suffix(2).count { $0 == UInt8(ascii: "=") }
    guard characters.suffix(padding).allSatisfy({ $0 == UInt8(ascii: "=") }) else { return nil }
    let count = characters.count / 4 * 3
    let values = values
    var isValid = true
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { bytes, written in
      var buffer: UInt32 = 0
      for (index, character) in characters.enumerated() {
        let digit = index < characters.count - padding ? values[Int(character)] : 0
        if digit == noValue { isValid = false }
        buffer = buffer << 6 | UInt32(digit)
        if index % 4 == 3 {
          bytes[written] = UInt8(truncatingIfNeeded: buffer >> 16)
          bytes[written + 1] = UInt8(truncatingIfNeeded: buffer >> 8)
          bytes[written + 2] = UInt8(truncatingIfNeeded: buffer)
          written += 3
        }
      }
      written -= padding
    }
    return isValid ? bytes : nil
  }

  /// What each byte stands for, or `noValue`.
  private static let values = (0...UInt8.max).map { value(of: $0) ?? noValue }
  private static let noValue: UInt8 = 0xFF

  private static func value(of character: UInt8) -> UInt8? {
    switch character {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): character - UInt8(ascii: "A")
    case UInt8(ascii: "a")...UInt8(ascii: "z"): character - UInt8(ascii: "a") + 26
    case UInt8(ascii: "0")...UInt8(ascii: "9"): character - UInt8(ascii: "0") + 52
    case UInt8(ascii: "-"), UInt8(ascii: "+"): 62
    case UInt8(ascii: "_"), UInt8(ascii: "/"): 63
    default: nil
    }
  }
}
