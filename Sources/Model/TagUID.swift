/// The unique identifier that a contactless card answers with during anticollision, in wire order.
///
/// ISO/IEC 14443-3 knows single (4 bytes), double (7) and triple (10) size UIDs; nothing else is a UID. Printed and parsed
/// as upper-case hexadecimal, the way the Fedow protocol and the printed cards write it.
public struct TagUID: Hashable, Sendable {
  /// The bytes in wire order: 4, 7 or 10 of them.
  public let bytes: [UInt8]

  /// Takes the bytes as the reader gave them.
  /// - Throws: `Refusal` with code `uid_malformed` when there are not 4, 7 or 10 of them.
  public init(bytes: [UInt8]) throws(Refusal) {
    guard [4, 7, 10].contains(bytes.count) else {
      throw Refusal(
        .uidMalformed, "A card UID has 4, 7 or 10 bytes; this one has \(bytes.count).")
    }
    self.bytes = bytes
  }

  /// Reads hexadecimal of either case, without separators.
  /// - Throws: `Refusal` with code `uid_malformed`.
  public init(hex: String) throws(Refusal) {
    guard let bytes = Hexadecimal.decode(hex) else {
      throw Refusal(.uidMalformed, "A card UID is written as 8, 14 or 20 hexadecimal digits.")
    }
    try self.init(bytes: bytes)
  }

  /// Whether the card made this UID up for this one presentation (ISO/IEC 14443-3: single size, first byte `08`).
  ///
  /// Telephones do so. Such a UID can never be bound to a wallet.
  public var isRandom: Bool { bytes.count == 4 && bytes[0] == 0x08 }
}

extension TagUID: CustomStringConvertible {
  /// Upper-case hexadecimal in wire order, for instance `04A1B2C3D4E5F6`.
  public var description: String { Hexadecimal.encode(bytes, uppercase: true) }
}
