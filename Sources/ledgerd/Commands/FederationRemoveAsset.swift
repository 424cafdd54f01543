import ArgumentParser
import Ledger

/// Shares an asset no longer.
struct FederationRemoveAsset: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "remove-asset", abstract: "Share an asset no longer; what is held of it stays.")

  @OptionGroup var change: FederationChange

  func run() async throws { try await change.make { .removeAsset($0) } }
}
