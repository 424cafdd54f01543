import ArgumentParser
import FedowProtocol
import Ledger

/// The federations: who accepts whose assets.
struct FederationCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "federation", abstract: "Federations: create, list, change, their terms.",
    subcommands: [
      FederationCreate.self, FederationList.self, FederationAddPlace.self, FederationRemovePlace.self,
      FederationAddAsset.self, FederationRemoveAsset.self, FederationTerms.self,
    ])
}

/// Makes a federation.
struct FederationCreate: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "create", abstract: "Let places accept each other's assets, from the next request on.")

  @Argument(help: "The federation's name.")
  var name: String

  @Option(name: .long, help: "A member: name or uuid of a place; give it once for each.")
  var place: [String] = []

  @Option(name: .long, help: "What is shared: name or uuid of an asset; give it once for each.")
  var asset: [String] = []

  @OptionGroup var options: StoreOptions

  func run() async throws {
    try await options.run {
      let uuid = try await Administration(store: try options.store()).createFederation(
        name: name, places: place, assets: asset)
      return (["uuid": JSON(uuid.text), "name": JSON(name)], "Federation '\(name)' \(uuid)")
    }
  }
}
