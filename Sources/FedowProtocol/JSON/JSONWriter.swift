/// Writes JSON the way Python's encoder does, with its switches.
struct JSONWriter {
  let itemSeparator: String
  let keySeparator: String
  let escapesNonASCII: Bool
  let sortsKeys: Bool
  private(set) var bytes: [UInt8] = []

  init(itemSeparator: String, keySeparator: String, escapesNonASCII: Bool, sortsKeys: Bool) {
    self.itemSeparator = itemSeparator
    self.keySeparator = keySeparator
    self.escapesNonASCII = escapesNonASCII
    self.sortsKeys = sortsKeys
    bytes.reserveCapacity(1024)
  }

  /// Whether this is the style of `JSON.compact`.
  private var isCompact: Bool { itemSeparator == "," && keySeparator == ":" && !escapesNonASCII && !sortsKeys }

  var text: String { String(decoding: bytes, as: UTF8.self) }

  /// Writes an object of strings and nulls, keys in the order given.
  mutating func write(texts fields: [(key: StaticString, value: String?)]) {
    append("{")
    for (index, field) in fields.enumerated() {
      if index > 0 { append(itemSeparator) }
      bytes.append(Self.quote)
      field.key.withUTF8Buffer { bytes.append(contentsOf: $0) }
      bytes.append(Self.quote)
      append(keySeparator)
      write(field.value)
    }
    append("}")
  }

  mutating func write(_ value: JSON) {
    switch value {
    case .null: append("null")
    case .bool(let value): append(value ? "true" : "false")
    case .integer(let integer): append(integer.digits)
    case .float(let value): append(PythonFloat.json(value))
    case .string(let text): write(text)
    case .array(let elements): write(elements)
    case .object(let object): write(object)
    case .written(let written) where isCompact: bytes.append(contentsOf: written.bytes)
    case .written(let written): write(written.object)
    }
  }

  private mutating func write(_ elements: [JSON]) {
    append("[")
    for (index, element) in elements.enumerated() {
      if index > 0 { append(itemSeparator) }
      write(element)
    }
    append("]")
  }

  private mutating func write(_ object: JSONObject) {
    let entries =
      sortsKeys
      ? object.entries.sorted { $0.key.precedes($1.key) } : object.entries
    append("{")
    for (index, entry) in entries.enumerated() {
      if index > 0 { append(itemSeparator) }
      write(entry.key)
      append(keySeparator)
      write(entry.value)
    }
    append("}")
  }

  private mutating func write(_ text: JSONText) {
    bytes.append(Self.quote)
    if let string = text.string {
      let isPlain = string.utf8.withContiguousStorageIfAvailable { utf8 in
        guard utf8.allSatisfy(Self.isPlain) else { return false }
        bytes.append(contentsOf: utf8)
        return true
      }
      if isPlain != true { writeMixed(string) }
    } else {
      for unit in text.utf16 { write(escaping: unit) }
    }
    bytes.append(Self.quote)
  }

  /// Text with something in it that must be escaped, or may have to be.
  private mutating func writeMixed(_ string: String) {
    for scalar in string.unicodeScalars {
      // The two line separators are escaped always, because JavaScript once took them for line ends.
      if scalar.value < 0x80 || scalar.value == 0x2028 || scalar.value == 0x2029 {
        write(escaping: UInt16(scalar.value))
      } else if escapesNonASCII {
        for unit in UTF16.encode(scalar) ?? UTF16.EncodedScalar() { write(escaping: unit) }
      } else {
        bytes.append(contentsOf: UTF8.encode(scalar) ?? UTF8.EncodedScalar())
      }
    }
  }

  private static let quote = UInt8(ascii: "\"")

  /// Whether a byte stands for itself in every style.
  private static func isPlain(_ byte: UInt8) -> Bool {
    byte >= 0x20 && byte < 0x7F && byte != quote && byte != UInt8(ascii: "\\")
  }

  private mutating func write(escaping unit: UInt16) {
    switch unit {
    case 0x22: append("\\\"")
    case 0x5C: append("\\\\")
    case 0x0A: append("\\n")
    case 0x0D: append("\\r")
    case 0x09: append("\\t")
    case 0x08: append("\\b")
    case 0x0C: append("\\f")
    case 0x20...0x7E: bytes.append(UInt8(unit))
    case 0x7F where !escapesNonASCII: bytes.append(0x7F)
    default:
      let digits = String(unit, radix: 16)
      append("\\u" + String(repeating: "0", count: 4 - digits.utf8.count) + digits)
    }
  }

  mutating func append(_ text: StaticString) { text.withUTF8Buffer { bytes.append(contentsOf: $0) } }

  /// Writes text, or null.
  mutating func write(_ text: String?) {
    if let text { write(JSONText(text)) } else { append("null") }
  }

  private mutating func append(_ text: String) {
    var text = text
    text.withUTF8 { bytes.append(contentsOf: $0) }
  }
}

extension JSONText {
  /// Python's order of strings: by code point, which is UTF-8's order too, but not UTF-16's.
  func precedes(_ other: JSONText) -> Bool {
    if let string, let other = other.string { return string.utf8.lexicographicallyPrecedes(other.utf8) }
    return codePoints.lexicographicallyPrecedes(other.codePoints)
  }

  /// The code points, a surrogate without a partner counting as one, as in a Python `str`.
  var codePoints: [UInt32] {
    if let string { return string.unicodeScalars.map(\.value) }
    var points: [UInt32] = []
    var units = utf16[...]
    while let unit = units.popFirst() {
      if UTF16.isLeadSurrogate(unit), let next = units.first, UTF16.isTrailSurrogate(next) {
        units.removeFirst()
        points.append(0x10000 + (UInt32(unit) - 0xD800) << 10 + UInt32(next) - 0xDC00)
      } else {
        points.append(UInt32(unit))
      }
    }
    return points
  }
}
