import FedowProtocol
import Glibc
import Model

/// Days as this machine's clock on the wall has them.
enum LocalDay {
  /// The begin of a day (`2026-08-30`), or an instant as it is.
  /// - Throws: `Refusal` with code `request_malformed`.
  static func instant(_ text: String) throws(Refusal) -> LedgerTime {
    if let time = LedgerTime.parse(text) { return time }
    return try begin(text, plus: 0)
  }

  /// The begin of the day so many days after this one; a day is not always 24 hours long.
  /// - Throws: `Refusal` with code `request_malformed`.
  static func begin(_ day: String, plus days: Int32) throws(Refusal) -> LedgerTime {
    let parts = day.split(separator: "-").map { Int32($0) }
    guard parts.count == 3, let year = parts[0], let month = parts[1], let date = parts[2], (1...12).contains(month),
      (1...31).contains(date), (1970...9999).contains(year)
    else { throw Refusal(.requestMalformed, "'\(day)' is no day; write it like 2026-08-30.") }
    var moment = tm()
    (moment.tm_year, moment.tm_mon, moment.tm_mday) = (year - 1900, month - 1, date + days)
    moment.tm_isdst = -1
    let seconds = mktime(&moment)
    return LedgerTime(microseconds: Int64(seconds) * 1_000_000)
  }

  /// Today.
  static var today: String {
    var now = time(nil)
    var moment = tm()
    localtime_r(&now, &moment)
    let two = { (value: Int32) in value < 10 ? "0\(value)" : "\(value)" }
    return "\(moment.tm_year + 1900)-\(two(moment.tm_mon + 1))-\(two(moment.tm_mday))"
  }
}
