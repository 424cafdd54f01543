import ArgumentParser
import Ledger

/// Lets a place in.
struct FederationAddPlace: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "add-place", abstract: "Let a place accept what the federation shares, from the next request on.")

  @OptionGroup var change: FederationChange

  func run() async throws { try await change.make { .addPlace($0) } }
}
