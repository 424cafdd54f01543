import FedowProtocol
import Glibc
import Model
import Signing

extension LedgerView.Block {
  /// The hash that a block of this content has by the protocol: each field as Python writes it, sorted by name. No run has
  /// memberships or payments by Stripe.
  ///
  /// All of it is written here once more, so that it does not err where the ledger errs.
  var ownHash: String {
    let fields: [(String, String?)] = [
      ("action", action), ("amount", String(amount)), ("asset", asset), ("card", card), ("checkoupt_stripe", "None"),
      ("comment", comment ?? "None"), ("datetime", Self.isoformat(datetime)), ("last_check", Self.isoformat(lastCheck)),
      ("metadata", Self.python(metadata)), ("previous_asset_transaction_hash", previousHash),
      ("previous_asset_transaction_uuid", previousID), ("primary_card", primaryCard), ("receiver", receiver),
      ("sender", sender), ("subscription_first_datetime", nil), ("subscription_start_datetime", nil),
      ("subscription_type", "NO"),
    ]
    let dump = fields.map { "\"\($0)\": \($1.map(Self.quoted) ?? "null")" }.joined(separator: ", ")
    return Hexadecimal.encode(SHA256.hash(Array("{\(dump)}".utf8)))
  }

  private static func padded(_ number: some BinaryInteger, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }

  private static func isoformat(_ microseconds: Int64) -> String {
    var (seconds, parts) = (time_t(microseconds / 1_000_000), tm())
    gmtime_r(&seconds, &parts)
    let fraction = microseconds % 1_000_000
    return "\(padded(parts.tm_year + 1900, 4))-\(padded(parts.tm_mon + 1, 2))-\(padded(parts.tm_mday, 2))"
      + "T\(padded(parts.tm_hour, 2)):\(padded(parts.tm_min, 2)):\(padded(parts.tm_sec, 2))"
      + (fraction == 0 ? "" : ".\(padded(fraction, 6))") + "+00:00"
  }

  /// Python's `str()`.
  private static func python(_ value: JSON) -> String {
    if let object = value.object {
      return "{" + object.entries.map { "'\($0.key.string ?? "")': \(python($0.value))" }.joined(separator: ", ") + "}"
    }
    if let elements = value.elements { return "[" + elements.map(python).joined(separator: ", ") + "]" }
    if let text = value.text {
      // What runs write has nothing in it that Python would write in another way but this.
      return text.contains("'") ? "\"\(text)\"" : "'\(text)'"
    }
    if let flag = value.bool { return flag ? "True" : "False" }
    return value.isNull ? "None" : value.compact
  }

  /// JSON as Python's `json.dumps` writes text.
  private static func quoted(_ text: String) -> String {
    var quoted = ""
    for unit in text.utf16 {
      switch unit {
      case 0x22: quoted += "\\\""
      case 0x5C: quoted += "\\\\"
      case 0x20...0x7E: quoted.unicodeScalars.append(Unicode.Scalar(UInt8(unit)))
      default: quoted += "\\u" + padded16(unit)
      }
    }
    return "\"\(quoted)\""
  }

  private static func padded16(_ unit: UInt16) -> String {
    let digits = String(unit, radix: 16)
    return String(repeating: "0", count: 4 - digits.count) + digits
  }
}
