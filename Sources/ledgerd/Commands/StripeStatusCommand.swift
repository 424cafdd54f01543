import ArgumentParser
import FedowProtocol
import Ledger
import Model

/// Shows what the ledger has of Stripe's.
struct StripeStatusCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status", abstract: "Show what was paid in, what waits, and what a person has to see to.",
    discussion: "Stripe is not asked. Ends with 1 when a person has to see to something.")

  @OptionGroup var options: StoreOptions

  func run() async throws {
    try await options.run {
      let status = try await Administration(store: try options.store()).stripeStatus()
      let json: JSON = [
        "paid_in": JSON(status.paidIn), "refunded_elsewhere": JSON(status.refundedElsewhere),
        "disputed": JSON(status.disputed), "open_checkouts": JSON(Int64(status.openCheckouts)),
        "waiting_events": JSON(status.waitingEvents), "findings": .array(status.findings.map(\.json)),
        "accounts": .array(status.accounts.map(\.account.json)),
      ]
      let euros = { (cents: Int64) in Amount(minorUnits: cents).description }
      let lines =
        [
          "paid in              \(euros(status.paidIn))",
          "given back elsewhere \(euros(status.refundedElsewhere))",
          "contested            \(euros(status.disputed))",
          "pages open           \(status.openCheckouts)",
          "events waiting       \(status.waitingEvents)",
        ] + status.accounts.map { "account of \($0.place): \($0.account.state) \($0.account.account ?? "")" }
        + status.findings.map { "TO SEE TO  \($0.object)  \(euros($0.amount))  \($0.reason)" }
      guard status.findings.isEmpty else {
        print(options.json ? json.compact : lines.joined(separator: "\n"))
        throw ExitCode.failure
      }
      return (json, lines.joined(separator: "\n"))
    }
  }
}
