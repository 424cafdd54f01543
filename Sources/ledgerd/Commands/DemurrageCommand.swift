import ArgumentParser
import FedowProtocol
import Ledger
import Model
import Rules

/// Money that melts.
struct DemurrageCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "demurrage", abstract: "Melting money: terms, what melts next, and what rates would do.",
    discussion: """
      What melts in a period is the rate of the least that lay in the wallet from the grace before the period up to its
      end, above the floor, rounded down. Money that came in between does not melt, so what moves on does not. It goes
      to the named wallet, never nowhere. The server posts it by itself; 'run' does so at once.
      """,
    subcommands: [
      DemurrageSet.self, DemurrageShow.self, DemurrageFederated.self, DemurragePreview.self, DemurrageSimulate.self,
      DemurrageRun.self,
    ])
}

/// A rate as people write it.
enum MeltRate {
  /// Reads `1%`, `0.25%` or `2500ppm` as parts per million.
  /// - Throws: `Refusal` with `request_malformed`.
  static func read(_ text: String) throws -> Int64 {
    let wrong = Refusal(.requestMalformed, "'\(text)' is no rate; write it like 1%, 0.25% or 2500ppm.")
    if text.hasSuffix("ppm") {
      guard let rate = Int64(text.dropLast(3)), (0...MeltTerms.whole).contains(rate) else { throw wrong }
      return rate
    }
    guard text.hasSuffix("%") else { throw wrong }
    let parts = text.dropLast().split(separator: ".", omittingEmptySubsequences: false)
    let decimals = parts.count == 2 ? parts[1] : ""
    let isDigits = parts.allSatisfy { !$0.isEmpty && $0.utf8.allSatisfy { (48...57).contains($0) } }
    guard isDigits, (1...2).contains(parts.count), decimals.count <= 4,
      let rate = Int64(parts[0] + decimals + String(repeating: "0", count: 4 - decimals.count)), rate <= MeltTerms.whole
    else { throw wrong }
    return rate
  }

  /// With as many decimals as it needs.
  static func text(_ rate: Int64) -> String {
    var decimals = String(String(rate % 10_000 + 10_000).dropFirst())
    while decimals.last == "0" { decimals.removeLast() }
    return "\(rate / 10_000)\(decimals.isEmpty ? "" : ".")\(decimals)%"
  }
}

extension MeltUnit: ExpressibleByArgument {}
extension WalletKind: ExpressibleByArgument {}

extension MeltTerms {
  /// For people.
  var lines: String {
    let kinds = exemptKinds.map(\.rawValue).sorted() + exemptWallets.map(\.text).sorted()
    return """
      from        \(LedgerTime(microseconds: from).wire)
      rate        \(MeltRate.text(rate)) a \(unit.rawValue)
      grace       \(graceDays) days
      floor       \(Amount(minorUnits: floor))
      goes to     \(receiver)
      exempt      \(kinds.isEmpty ? "none" : kinds.joined(separator: ", "))
      time zone   \(timeZone)
      terms       \(id)
      """
  }
}
