/// A card in the field of the emulated PN532.
public struct EmulatedTag: Hashable, Sendable {
  /// 4, 7 or 10 bytes.
  public var uid: [UInt8]
  /// Answer to request.
  public var atqa: [UInt8]
  /// Select acknowledge.
  public var sak: UInt8
  /// Answer to select of an ISO 14443-4 card, without its length byte; nil sends the length 0 that crashes libnfc.
  public var ats: [UInt8]?

  /// A card of this UID: by default a storage card.
  public init(uid: [UInt8], sak: UInt8? = nil, ats: [UInt8]? = []) {
    self.uid = uid
    atqa = [0x00, uid.count == 4 ? 0x04 : 0x44]
    self.sak = sak ?? (uid.count == 4 ? 0x08 : 0x00)
    self.ats = ats
  }

  /// As the chip reports it in the answer to InListPassiveTarget (PN532 user manual, 7.3.5).
  func report(number: UInt8) -> [UInt8] {
    let target = [number] + atqa + [sak, UInt8(uid.count)] + uid
    guard sak & 0x20 != 0 else { return target }
    return target + (ats.map { [UInt8($0.count + 1)] + $0 } ?? [0])
  }
}
