import ArgumentParser
import FedowProtocol
import Ledger
import Model

/// Gives a membership without a payment.
struct MembershipGrant: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "grant", abstract: "Give a membership to whom a card belongs to, without a payment.",
    discussion: "To take over the members that there were, each with the day on which theirs began.")

  @Argument(help: "The membership: name or uuid of its asset.")
  var asset: String

  @Argument(help: "The card: its tag id, or the number printed on it.")
  var card: String

  @Option(name: .long, help: "When it begins, like 2026-01-01T00:00:00+01:00 (default: where theirs ends, or now).")
  var from: String?

  @OptionGroup var options: StoreOptions

  func run() async throws {
    try await options.run {
      let made = try await Administration(store: try options.store()).grantMembership(
        asset: asset, card: card, from: try from.map(instant))
      let until = made["instant"]?.text.map { " \($0)" } ?? ""
      return (made, "\(made["name"]?.text ?? ""): \(made["standing"]?.text ?? "")\(until)")
    }
  }
}
