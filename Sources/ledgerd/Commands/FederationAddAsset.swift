import ArgumentParser
import Ledger

/// Shares an asset.
struct FederationAddAsset: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "add-asset",
    abstract: "Share an asset: every place of the federation accepts it from the next request on.")

  @OptionGroup var change: FederationChange

  func run() async throws { try await change.make { .addAsset($0) } }
}
