import ArgumentParser
import Console
import Model

/// The limits that a federation's terms have beside the one for each single time, as they are typed.
struct TermLimits: ParsableArguments {
  @Option(name: .long, help: "The most in a local day, or none.")
  var perDay: String?

  @Option(name: .long, help: "The most ever, or none.")
  var total: String?

  @Option(name: .long, help: "Whose days are counted, like Europe/Paris.")
  var timeZone: String?

  /// What is to be changed.
  struct Change: Sendable {
    /// Nil: as it is; `.some(nil)`: none.
    let atOnce, perDay, total: Int64??
    let timeZone: String?

    func apply(to limits: inout Delegation.Limits, _ zone: inout String?) {
      if let atOnce { limits.perTap = atOnce }
      if let perDay { limits.perDay = perDay }
      if let total { limits.total = total }
      if let timeZone { zone = timeZone }
    }
  }

  /// What was typed; nil when nothing of it was.
  func change(atOnce: String?) throws -> Change? {
    guard atOnce != nil || perDay != nil || total != nil || timeZone != nil else { return nil }
    return Change(
      atOnce: try Self.limit(atOnce), perDay: try Self.limit(perDay), total: try Self.limit(total), timeZone: timeZone)
  }

  private static func limit(_ text: String?) throws -> Int64?? {
    guard let text else { return nil }
    if text == "none" { return .some(nil) }
    let limit = try Amount(decimal: text).minorUnits
    guard limit > 0 else { throw Refusal(.amountInvalid, "A limit is above 0; 'none' takes it away.") }
    return .some(limit)
  }

  /// For people.
  static func lines(atOnce name: String, _ limits: Delegation.Limits, timeZone: String?) -> String {
    let amount = { (limit: Int64?) in limit.map { Money.here.text(Amount(minorUnits: $0)) } ?? "no limit" }
    return """
      \(name)\(String(repeating: " ", count: max(1, 12 - name.count)))\(amount(limits.perTap))
      a day       \(amount(limits.perDay))
      in total    \(amount(limits.total))
      time zone   \(timeZone ?? "the server's")
      """
  }
}
