import CPCSC

/// What a call of libpcsclite answered, as the unsigned code that its documentation prints.
struct SmartCardError: Error, Hashable {
  let code: UInt32

  init(_ result: LONG) { code = UInt32(truncatingIfNeeded: result) }

  static let cancelled: UInt32 = 0x8010_0002
  static let unknownReader: UInt32 = 0x8010_0009
  static let timeout: UInt32 = 0x8010_000A
  static let sharingViolation: UInt32 = 0x8010_000B
  static let noSmartCard: UInt32 = 0x8010_000C
  static let readerUnavailable: UInt32 = 0x8010_0017
  static let noReaders: UInt32 = 0x8010_002E
  static let cardReset: UInt32 = 0x8010_0068
  static let cardRemoved: UInt32 = 0x8010_0069

  /// The card is simply no longer there; the next change says so too.
  var isCardGone: Bool {
    [Self.noSmartCard, Self.cardRemoved, Self.readerUnavailable, Self.unknownReader].contains(code)
  }
}

extension SmartCardError: CustomStringConvertible {
  var description: String { String(cString: pcsc_stringify_error(LONG(Int32(bitPattern: code)))) }
}
