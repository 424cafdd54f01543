import ArgumentParser
import FedowProtocol
import Ledger
import Model

/// Shows what stands behind the primary asset.
struct PrimaryCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "primary", abstract: "Hold the federated money against what was paid for it.",
    discussion: """
      Each token was paid for with a cent through Stripe, until it went back to its payment or was paid out to a place:
      issued = paid in - refunded - paid out. 'ledgerd verify' checks the same.
      """)

  @OptionGroup var options: StoreOptions

  func run() async throws {
    try await options.run {
      let standing = try await Administration(store: try options.store()).primaryStanding()
      let text = { (amount: Int64) in Amount(minorUnits: amount).description }
      return (
        standing.json,
        """
        issued      \(text(standing.issued))
        paid in     \(text(standing.paidIn))
        refunded    \(text(standing.refunded))
        paid out    \(text(standing.paidOut))
        excess      \(text(standing.excess))
        """
      )
    }
  }
}
