extension JSONReader {
  /// Reads a string with its quotes. Control characters must be escaped, as Python's strict mode wants.
  mutating func readString() throws(JSONError) -> JSONText {
    position += 1
    let start = position
    while let byte = peek, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\") {
      guard byte >= 0x20 else { throw error("control character in a string") }
      position += 1
    }
    guard let plain = String(validating: slice(from: start), as: UTF8.self) else { throw error("not UTF-8") }
    if peek == UInt8(ascii: "\"") {
      position += 1
      return JSONText(plain)
    }
    return try readEscapedRest(of: Array(plain.utf16))
  }

  private mutating func readEscapedRest(of beginning: [UInt16]) throws(JSONError) -> JSONText {
    var units = beginning
    while true {
      guard let byte = peek else { throw error("unterminated string") }
      if byte == UInt8(ascii: "\"") {
        position += 1
        return JSONText(utf16: units)
      }
      if byte == UInt8(ascii: "\\") {
        position += 1
        units.append(try readEscape())
        continue
      }
      let start = position
      while let byte = peek, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\") {
        guard byte >= 0x20 else { throw error("control character in a string") }
        position += 1
      }
      guard let plain = String(validating: slice(from: start), as: UTF8.self) else { throw error("not UTF-8") }
      units.append(contentsOf: plain.utf16)
    }
  }

  private mutating func readEscape() throws(JSONError) -> UInt16 {
    switch next() {
    case UInt8(ascii: "\""): return 0x22
    case UInt8(ascii: "\\"): return 0x5C
    case UInt8(ascii: "/"): return 0x2F
    case UInt8(ascii: "b"): return 0x08
    case UInt8(ascii: "f"): return 0x0C
    case UInt8(ascii: "n"): return 0x0A
    case UInt8(ascii: "r"): return 0x0D
    case UInt8(ascii: "t"): return 0x09
    case UInt8(ascii: "u"): return try readUnit()
    default: throw error("invalid escape")
    }
  }

  private mutating func readUnit() throws(JSONError) -> UInt16 {
    var unit: UInt16 = 0
    for _ in 0..<4 {
      guard let byte = next(), let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
        throw error("invalid \\u escape")
      }
      unit = unit << 4 | UInt16(digit)
    }
    return unit
  }
}
