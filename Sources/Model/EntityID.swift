/// The UUID of a place, wallet, card, asset or transaction, in the canonical lower-case spelling of RFC 9562.
///
/// A string inside, because that is what is signed, hashed and stored; parsed once at the edge.
public struct EntityID: Hashable, Sendable, Comparable {
  /// 36 lower-case characters.
  public let text: String

  /// Reads a UUID in its hyphenated or its 32-digit spelling, of either case.
  ///
  /// Every row of a database passes here, so the canonical spelling is taken as it is.
  public init?(_ text: String) {
    let isHyphenated = text.utf8.count == 36
    guard isHyphenated || text.utf8.count == 32 else { return nil }
    var canonical: [UInt8] = []
    canonical.reserveCapacity(36)
    var isCanonical = isHyphenated
    for character in text.utf8 {
      if Self.isHyphenPlace(canonical.count) {
        canonical.append(Self.hyphen)
        if isHyphenated {
          guard character == Self.hyphen else { return nil }
          continue
        }
      }
      guard let digit = Hexadecimal.lowercased(character) else { return nil }
      isCanonical = isCanonical && digit == character
      canonical.append(digit)
    }
    self.text = isCanonical ? text : String(decoding: canonical, as: UTF8.self)
  }

  /// A new random (version 4) UUID.
  public static func random() -> EntityID {
    var generator = SystemRandomNumberGenerator()
    return random(using: &generator)
  }

  /// A new version 4 UUID from the given source of randomness.
  public static func random(using generator: inout some RandomNumberGenerator) -> EntityID {
    let high = generator.next() & ~0xF000 | 0x4000
    let low = generator.next() & ~(3 << 62) | 2 << 62
    return EntityID(high: high, low: low)
  }

  /// A version 7 UUID (RFC 9562, section 5.7): these milliseconds, then this id's own randomness.
  ///
  /// Ids that grow with time are found side by side in an index, so that writing a row touches the index's end alone.
  public func stamped(milliseconds: Int64) -> EntityID {
    var canonical: [UInt8] = []
    canonical.reserveCapacity(36)
    for shift in stride(from: 44, through: 0, by: -4) {
      if Self.isHyphenPlace(canonical.count) { canonical.append(Self.hyphen) }
      canonical.append(Hexadecimal.digit(UInt8(truncatingIfNeeded: milliseconds >> Int64(shift) & 15)))
    }
    canonical.append(Self.hyphen)
    canonical.append(UInt8(ascii: "7"))
    canonical.append(contentsOf: text.utf8.dropFirst(15))
    return EntityID(canonical: String(decoding: canonical, as: UTF8.self))
  }

  private init(canonical: String) { text = canonical }

  private init(high: UInt64, low: UInt64) {
    var canonical: [UInt8] = []
    canonical.reserveCapacity(36)
    for half in [high, low] {
      for shift in stride(from: 60, through: 0, by: -4) {
        if Self.isHyphenPlace(canonical.count) { canonical.append(Self.hyphen) }
        canonical.append(Hexadecimal.digit(UInt8(half >> UInt64(shift) & 15)))
      }
    }
    text = String(decoding: canonical, as: UTF8.self)
  }

  private static let hyphen = UInt8(ascii: "-")

  private static func isHyphenPlace(_ place: Int) -> Bool { place == 8 || place == 13 || place == 18 || place == 23 }

  /// Orders by spelling.
  public static func < (left: EntityID, right: EntityID) -> Bool { left.text < right.text }
}

extension EntityID: CustomStringConvertible {
  /// The canonical spelling.
  public var description: String { text }
}
