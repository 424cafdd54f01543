/// The UUID of a place, wallet, card, asset or transaction, in the canonical lower-case spelling of RFC 9562.
///
/// A string inside, because that is what is signed, hashed and stored; parsed once at the edge.
public struct EntityID: Hashable, Sendable, Comparable {
  /// 36 lower-case characters.
  public let text: String

  /// Reads a UUID in its hyphenated or its 32-digit spelling, of either case.
  public init?(_ text: String) {
    let digits = text.utf8.count == 36 ? text.replacingHyphens : text
    guard digits.utf8.count == 32, let bytes = Hexadecimal.decode(digits) else { return nil }
    self.init(bytes: bytes)
  }

  /// A new random (version 4) UUID.
  public static func random() -> EntityID {
    var generator = SystemRandomNumberGenerator()
    return random(using: &generator)
  }

  /// A new version 4 UUID from the given source of randomness.
  public static func random(using generator: inout some RandomNumberGenerator) -> EntityID {
    var bytes = [UInt8](repeating: 0, count: 16)
    for index in bytes.indices { bytes[index] = UInt8.random(in: .min ... .max, using: &generator) }
    bytes[6] = bytes[6] & 0x0F | 0x40
    bytes[8] = bytes[8] & 0x3F | 0x80
    return EntityID(bytes: bytes)
  }

  private init(bytes: [UInt8]) {
    let digits = Array(Hexadecimal.encode(bytes))
    let groups = [digits[0..<8], digits[8..<12], digits[12..<16], digits[16..<20], digits[20..<32]]
    text = groups.map { String($0) }.joined(separator: "-")
  }

  /// Orders by spelling.
  public static func < (left: EntityID, right: EntityID) -> Bool { left.text < right.text }
}

extension EntityID: CustomStringConvertible {
  /// The canonical spelling.
  public var description: String { text }
}

extension String {
  /// The text without its hyphens when they stand where a UUID has them; the text itself otherwise.
  fileprivate var replacingHyphens: String {
    let places: Set = [8, 13, 18, 23]
    var digits = ""
    for (index, character) in self.enumerated() {
      if places.contains(index) {
        guard character == "-" else { return self }
      } else {
        digits.append(character)
      }
    }
    return digits
  }
}
