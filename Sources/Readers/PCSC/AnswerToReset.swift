import Model

/// The answer to reset that a PC/SC reader makes up for a contactless card (PC/SC part 3, section 3.1.3.2.3).
package struct AnswerToReset {
  let bytes: [UInt8]

  package init(bytes: [UInt8]) { self.bytes = bytes }

  /// For storage cards the historical bytes are `80 4F 0C`, the registered id of the PC/SC workgroup, the standard and
  /// the card's name; for ISO 14443-4 they are the card's own.
  package var technology: TagTechnology {
    let workgroup: [UInt8] = [0x80, 0x4F, 0x0C, 0xA0, 0x00, 0x00, 0x03, 0x06]
    guard bytes.count >= 4, bytes[0] == 0x3B, bytes[1] & 0xF0 == 0x80 else { return .other }
    guard bytes.count >= 15, Array(bytes[4..<12]) == workgroup else { return .iso14443Part4 }
    switch (bytes[12], UInt16(bytes[13]) << 8 | UInt16(bytes[14])) {
    case (0x03, 0x0001): return .mifareClassic1K
    case (0x03, 0x0002): return .mifareClassic4K
    case (0x03, 0x0003), (0x03, 0x003A): return .mifareUltralight
    case (0x03, 0x0026): return .mifareMini
    case (0x11, _): return .felica
    default: return .other
    }
  }
}
