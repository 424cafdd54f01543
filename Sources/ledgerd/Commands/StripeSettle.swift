import ArgumentParser
import Ledger

/// A person has seen to something.
struct StripeSettle: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "settle", abstract: "Note that a person has seen to a finding, and how.")

  @Argument(help: "Stripe's name for it, as 'stripe status' shows it.")
  var object: String

  @Option(name: .long, help: "How.")
  var note: String

  @OptionGroup var options: StoreOptions

  func run() async throws {
    try await options.run {
      let finding = try await Administration(store: try options.store()).settle(stripeFinding: object, note: note)
      return (finding.json, "\(object) is seen to: \(note)")
    }
  }
}
