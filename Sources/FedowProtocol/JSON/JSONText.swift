/// A JSON string, which unlike a Swift string may hold surrogates that have no partner.
public struct JSONText: Sendable {
  private let valid: String
  private let unpaired: [UInt16]?

  /// A string of valid Unicode.
  public init(_ text: String) {
    valid = text
    unpaired = nil
  }

  /// A string of UTF-16 code units, in whatever pairs.
  public init(utf16 units: [UInt16]) {
    let text = String(validating: units, as: UTF16.self)
    valid = text ?? ""
    unpaired = text == nil ? units : nil
  }

  /// The text, or nil when a surrogate in it has no partner, so that it is no text.
  public var string: String? { unpaired == nil ? valid : nil }

  /// The code units.
  public var utf16: [UInt16] { unpaired ?? Array(valid.utf16) }
}

/// Code unit by code unit: Swift's own equality takes a composed and a decomposed `é` for the same, which JSON and
/// Python do not.
extension JSONText: Hashable {
  /// Whether both have the same code units.
  public static func == (left: JSONText, right: JSONText) -> Bool {
    let isSame = left.valid.utf8.withContiguousStorageIfAvailable { left in
      right.valid.utf8.withContiguousStorageIfAvailable { right in
        left.elementsEqual(right)
      }
    }
    let isSameText = (isSame ?? nil) ?? left.valid.utf8.elementsEqual(right.valid.utf8)
    return isSameText && left.unpaired == right.unpaired
  }

  /// Hashes the code units.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(unpaired)
    var text = valid
    text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
  }
}
