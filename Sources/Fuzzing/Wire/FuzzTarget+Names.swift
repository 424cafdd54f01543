import FedowProtocol
import Model
import Signing

extension FuzzTarget {
  /// What is accepted has one spelling, which is accepted as the same.
  static func names(_ bytes: [UInt8]) throws(Finding) {
    let text = text(bytes)
    if let id = EntityID(text) {
      try Finding.unless(EntityID(id.text) == id && id.text.utf8.count == 36, "uuid \(id)")
    }
    if let uid = try? TagUID(hex: text) {
      try Finding.unless((try? TagUID(hex: uid.description)) == uid, "UID \(uid)")
      try Finding.unless(uid.firstTagID.utf8.count == 8, "tag id \(uid.firstTagID)")
    }
    if let amount = try? Amount(decimal: text) {
      try Finding.unless(amount >= .zero, "\(text) is the sum \(amount)")
      try Finding.unless((try? Amount(decimal: amount.description)) == amount, "sum \(amount)")
    }
    if let key = APIKey(text) {
      try Finding.unless(
        APIKey(key.text) == key && key.prefix.utf8.count == 8, "API key of \(key.text.utf8.count) bytes")
      _ = key.digest
    }
    if let decoded = Hexadecimal.decode(text) {
      let encoded = Hexadecimal.encode(decoded)
      try Finding.unless(encoded == text.lowercased(), "hexadecimal \(text) becomes \(encoded)")
    }
  }

  /// An instant that is read is written as the same one, in both spellings.
  static func time(_ bytes: [UInt8]) throws(Finding) {
    guard let time = LedgerTime.parse(text(bytes)) else { return }
    for text in [time.wire, time.isoformat] {
      try Finding.unless(LedgerTime.parse(text) == time, "\(time.microseconds) µs are written \(text)")
    }
  }
}
