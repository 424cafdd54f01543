/// A recursive-descent reader over UTF-8 bytes; its depth is bounded so that no body can exhaust the stack.
struct JSONReader {
  private static let greatestDepth = 256
  /// Python refuses to convert longer integers (`sys.int_info.default_max_str_digits`).
  private static let mostDigits = 4300

  private let bytes: UnsafeBufferPointer<UInt8>
  var position = 0

  init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

  mutating func readDocument() throws(JSONError) -> JSON {
    skipSpace()
    let value = try readValue(depth: 0)
    skipSpace()
    guard position == bytes.count else { throw error("extra data") }
    return value
  }

  private mutating func readValue(depth: Int) throws(JSONError) -> JSON {
    guard depth <= Self.greatestDepth else { throw error("nested too deeply") }
    switch peek {
    case UInt8(ascii: "{"): return try readObject(depth: depth)
    case UInt8(ascii: "["): return try readArray(depth: depth)
    case UInt8(ascii: "\""): return .string(try readString())
    case UInt8(ascii: "t"): return try readWord("true", .bool(true))
    case UInt8(ascii: "f"): return try readWord("false", .bool(false))
    case UInt8(ascii: "n"): return try readWord("null", .null)
    default: return try readNumber()
    }
  }

  private mutating func readObject(depth: Int) throws(JSONError) -> JSON {
    var object = JSONObject()
    position += 1
    skipSpace()
    if take("}") { return .object(object) }
    while true {
      guard peek == UInt8(ascii: "\"") else { throw error("expecting a property name in double quotes") }
      let key = try readString()
      skipSpace()
      guard take(":") else { throw error("expecting ':'") }
      skipSpace()
      object.set(key, to: try readValue(depth: depth + 1))
      skipSpace()
      if take("}") { return .object(object) }
      guard take(",") else { throw error("expecting ',' or '}'") }
      skipSpace()
    }
  }

  private mutating func readArray(depth: Int) throws(JSONError) -> JSON {
    var elements: [JSON] = []
    position += 1
    skipSpace()
    if take("]") { return .array(elements) }
    while true {
      elements.append(try readValue(depth: depth + 1))
      skipSpace()
      if take("]") { return .array(elements) }
      guard take(",") else { throw error("expecting ',' or ']'") }
      skipSpace()
    }
  }

  private mutating func readWord(_ word: StaticString, _ value: JSON) throws(JSONError) -> JSON {
    for offset in 0..<word.utf8CodeUnitCount {
      guard position + offset < bytes.count, bytes[position + offset] == word.utf8Start[offset] else {
        throw error("expecting a value")
      }
    }
    position += word.utf8CodeUnitCount
    return value
  }

  private mutating func readNumber() throws(JSONError) -> JSON {
    let start = position
    _ = take("-")
    let digits = position
    skipDigits()
    guard position > digits, bytes[digits] != UInt8(ascii: "0") || position == digits + 1 else {
      position = digits
      throw error("expecting a value")
    }
    let isFraction = readPart(after: [UInt8(ascii: ".")], signs: false)
    let isExponent = readPart(after: [UInt8(ascii: "e"), UInt8(ascii: "E")], signs: true)
    let literal = String(decoding: bytes[start..<position], as: UTF8.self)
    if isFraction || isExponent {
      // Python would read an infinite number, and then write what is no JSON for anyone.
      guard let value = Double(literal), value.isFinite else { throw error("number out of range") }
      return .float(value)
    }
    guard position - digits <= Self.mostDigits else { throw error("integer with too many digits") }
    return .integer(JSONInteger(literal: literal))
  }

  /// Reads `.123` or `e-12`; takes nothing when no digit follows, as Python does (the rest is then extra data).
  private mutating func readPart(after marks: [UInt8], signs: Bool) -> Bool {
    let start = position
    guard let mark = peek, marks.contains(mark) else { return false }
    position += 1
    if signs, peek == UInt8(ascii: "+") || peek == UInt8(ascii: "-") { position += 1 }
    let digits = position
    skipDigits()
    if position == digits { position = start }
    return position > start
  }

  // MARK: Characters

  var peek: UInt8? { position < bytes.count ? bytes[position] : nil }

  mutating func next() -> UInt8? {
    guard position < bytes.count else { return nil }
    defer { position += 1 }
    return bytes[position]
  }

  func slice(from start: Int) -> Slice<UnsafeBufferPointer<UInt8>> { bytes[start..<position] }

  func error(_ reason: String) -> JSONError { JSONError(reason: reason, offset: position) }

  private mutating func take(_ character: Unicode.Scalar) -> Bool {
    guard peek == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }

  private mutating func skipDigits() {
    while let byte = peek, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { position += 1 }
  }

  private mutating func skipSpace() {
    while let byte = peek, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { position += 1 }
  }
}
