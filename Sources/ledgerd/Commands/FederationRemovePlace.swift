import ArgumentParser
import Ledger

/// Puts a place out.
struct FederationRemovePlace: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "remove-place", abstract: "Put a place out; what it holds stays its own.")

  @OptionGroup var change: FederationChange

  func run() async throws { try await change.make { .removePlace($0) } }
}
