import ArgumentParser
import Console
import FedowProtocol
import Ledger
import Model

/// Who may debit whose money.
struct DelegationCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "delegation", abstract: "Delegations: who may debit a wallet without its owner's signature.",
    subcommands: [DelegationList.self, DelegationRevoke.self])
}

/// Shows the delegations of a wallet.
struct DelegationList: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "Show what a wallet's owner granted, what is used of it and what was revoked.")

  @Argument(help: "The wallet's uuid, or the tag id of a card that opens it.")
  var wallet: String

  @OptionGroup var options: StoreOptions

  func run() async throws {
    try await options.run {
      let list = try await Administration(store: try options.store()).delegations(of: wallet)
      return (list, (list.elements ?? []).map(\.delegationLine).joined(separator: "\n"))
    }
  }
}

/// Revokes a delegation in its owner's place.
struct DelegationRevoke: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "revoke", abstract: "Revoke a delegation in its owner's place; it counts from the next debit on.")

  @Argument(help: "The delegation's id, as 'ledgerd delegation list' shows it.")
  var id: String

  @OptionGroup var options: StoreOptions

  func run() async throws {
    try await options.run {
      let revoked = try await Administration(store: try options.store()).revokeDelegation(id)
      return (revoked, revoked.delegationLine)
    }
  }
}

extension JSON {
  /// A delegation in one line.
  fileprivate var delegationLine: String {
    let sum = { (field: String) in self[field]?.int64.map { Money.here.text(Amount(minorUnits: $0)) } ?? "-" }
    let grantee = self["grantee"]
    let who =
      grantee?["place"]?.text.map { "place \($0)" } ?? grantee?["federation"]?.text.map { "federation \($0)" } ?? "all"
    let end = self["revoked_at"]?.text.map { "  revoked \($0)" } ?? self["until"]?.text.map { "  until \($0)" } ?? ""
    return """
      \(self["id"]?.text ?? "")  \(self["source"]?.text ?? "")  \(who)  a debit \(sum("per_tap"))  \
      a day \(sum("used_today"))/\(sum("per_day"))  in total \(sum("used_total"))/\(sum("total"))\(end)
      """
  }
}
