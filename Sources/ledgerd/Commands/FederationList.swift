import ArgumentParser
import FedowProtocol
import Ledger

/// Shows the federations.
struct FederationList: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "Show all federations, their places and their assets.")

  @OptionGroup var options: StoreOptions

  func run() async throws {
    try await options.run {
      let answers = try await Administration(store: try options.store()).federations().map(\.json)
      return (.array(answers), answers.map(\.federationLine).joined(separator: "\n"))
    }
  }
}
