import Model

/// Bodies in `application/x-www-form-urlencoded` (WHATWG URL, section 5), which the handshake of the tills uses.
public enum FormBody {
  /// The fields as an object of strings in their order; a repeated field has its last value, as Django's `dict()` of it.
  /// - Throws: `JSONError` when an escape is broken or the text is not UTF-8.
  public static func parse(_ bytes: [UInt8]) throws(JSONError) -> JSON {
    var object = JSONObject()
    for field in bytes.split(separator: UInt8(ascii: "&")) {
      let parts = field.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
      let key = try decode(parts[0])
      object[key] = JSON(parts.count > 1 ? try decode(parts[1]) : "")
    }
    return .object(object)
  }

  /// The body of these fields; those that are not strings are left out, as the form has no others.
  public static func encode(_ object: JSONObject) -> [UInt8] {
    let fields = object.entries.compactMap { entry -> String? in
      guard let key = entry.key.string, let value = entry.value.text else { return nil }
      return encode(key) + "=" + encode(value)
    }
    return Array(fields.joined(separator: "&").utf8)
  }

  private static func decode(_ field: ArraySlice<UInt8>) throws(JSONError) -> String {
    var bytes: [UInt8] = []
    var rest = field
    while let byte = rest.popFirst() {
      switch byte {
      case UInt8(ascii: "+"): bytes.append(0x20)
      case UInt8(ascii: "%"):
        guard rest.count >= 2, let value = Hexadecimal.decode(String(decoding: rest.prefix(2), as: UTF8.self)) else {
          throw JSONError(reason: "broken % escape", offset: rest.startIndex)
        }
        bytes.append(contentsOf: value)
        rest = rest.dropFirst(2)
      default: bytes.append(byte)
      }
    }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw JSONError(reason: "not UTF-8", offset: field.startIndex)
    }
    return text
  }

  private static func encode(_ text: String) -> String {
    var encoded = ""
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"):
        encoded.unicodeScalars.append(Unicode.Scalar(byte))
      case 0x20: encoded += "+"
      default: encoded += "%" + Hexadecimal.encode([byte], uppercase: true)
      }
    }
    return encoded
  }
}
