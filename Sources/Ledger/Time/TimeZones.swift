import FedowProtocol
import FoundationEssentials
import Model
import Rules
import Synchronization

/// The time zones of the machine's IANA database (Debian's package `tzdata`), each file read once.
public final class TimeZones: Sendable {
  private let directory: String
  private let known = Mutex<[String: ZoneRules]>([:])

  /// The machine's own.
  public static let system = TimeZones(directory: "/usr/share/zoneinfo")

  /// The zones of a directory of compiled files.
  public init(directory: String) { self.directory = directory }

  /// The rules of a zone.
  /// - Throws: `Refusal` with `configuration_invalid` when there is no zone of this name.
  public func rules(_ name: String) throws(Refusal) -> ZoneRules {
    if let rules = known.withLock({ $0[name] }) { return rules }
    guard Self.isName(name), let bytes = FileManager.default.contents(atPath: "\(directory)/\(name)"),
      bytes.count <= 1 << 20
    else {
      throw Refusal(
        .configurationInvalid, "There is no time zone '\(name)'. Write it like Europe/Paris; tzdata must be installed.")
    }
    let rules = try ZoneRules(tzif: Array(bytes))
    known.withLock { $0[name] = rules }
    return rules
  }

  /// A path of letters, digits and the few signs that zones have, that leads nowhere else.
  private static func isName(_ name: String) -> Bool {
    let parts = name.split(separator: "/", omittingEmptySubsequences: false)
    return name.utf8.count <= 64
      && parts.allSatisfy { part in
        !part.isEmpty && part.first != "."
          && part.unicodeScalars.allSatisfy {
            ("a"..."z").contains($0) || ("A"..."Z").contains($0) || ("0"..."9").contains($0)
              || "_+-".unicodeScalars.contains($0)
          }
      }
  }
}

extension ZoneRules {
  /// The local calendar day of an instant, counted from 1970-01-01.
  func day(at time: LedgerTime) -> Int64 { day(at: time.seconds) }

  /// When that day ends.
  func dayEnd(at time: LedgerTime) -> LedgerTime { LedgerTime(microseconds: dayEnd(at: time.seconds) * 1_000_000) }
}

extension LedgerTime {
  /// Whole seconds since 1970, rounded down.
  fileprivate var seconds: Int64 {
    let (quotient, remainder) = microseconds.quotientAndRemainder(dividingBy: 1_000_000)
    return remainder < 0 ? quotient - 1 : quotient
  }
}
