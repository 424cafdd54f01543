import ArgumentParser
import FedowProtocol
import Ledger
import Model

/// Writes the ledger out.
struct Export: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Print the whole ledger as JSON lines: one object a line, each with its kind.",
    discussion: """
      First what the ledger is and what is left out of it, each with its reason; then who takes part, their cards and
      devices, what they allow each other, balances, reservations, debits, transfers, memberships, entrances, clearings and
      payments by Stripe, all as they are now; then the transactions in their order with their seals; and last a line of
      kind "end": without that line the export is not whole. It is one instant's state, also while the server runs. Amounts
      are in hundredths. docs/export.md names every kind.
      Never exported: keys and their digests, the numbers and QR codes of cards, and addresses of people.
      """)

  @Option(
    name: .long,
    help: "Only the transactions after this sequence number; everything else is printed as it is now.")
  var since: Int64 = 0

  @OptionGroup var options: StoreOptions

  func run() async throws {
    try await options.stream { output in
      guard since >= 0 else { throw Refusal(.requestMalformed, "--since takes a number from 0.") }
      let bar = ProgressBar("transactions")
      defer { bar.end() }
      _ = try await LedgerExport(store: try options.store(), since: since).run {
        bar.show(Int($0.transactions), of: Int($0.total))
      } write: {
        try output.write($0.compact)
      }
    }
  }
}
