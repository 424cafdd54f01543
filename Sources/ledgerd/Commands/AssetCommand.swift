import ArgumentParser
import FedowProtocol
import Ledger
import Model

/// The assets of the places.
struct AssetCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "asset", abstract: "Assets: create, list, archive.",
    subcommands: [AssetCreate.self, AssetList.self, AssetArchive.self])
}

/// Makes an asset.
struct AssetCreate: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "create", abstract: "Make an asset of a place and the first block of its chain.")

  @Option(name: .long, help: "The place that issues it: name or uuid.")
  var place: String

  @Option(name: .long, help: "The asset's name.")
  var name: String

  @Option(name: .long, help: "Its code, at most 3 letters.")
  var currency: String

  @Option(
    name: .long,
    help: "TLF local money, TNF gift, TIM time, FID loyalty, BDG badge, SUB membership.")
  var category: String

  @OptionGroup var options: StoreOptions

  func run() async throws {
    try await options.run {
      guard let category = AssetCategory(rawValue: category.uppercased()) else {
        throw Refusal(.requestMalformed, "'\(category)' is no category; write TLF, TNF, TIM, FID, BDG or SUB.")
      }
      let asset = try await Administration(store: try options.store()).createAsset(
        place: place, name: name, currency: currency, category: category)
      return (
        [
          "uuid": JSON(asset.uuid.text), "name": JSON(asset.name), "currency_code": JSON(asset.currencyCode),
          "category": JSON(asset.category.rawValue),
        ],
        "Asset '\(asset.name)' (\(asset.category.rawValue)) \(asset.uuid)"
      )
    }
  }
}

/// Shows the assets.
struct AssetList: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "list", abstract: "Show all assets.")

  @OptionGroup var options: StoreOptions

  func run() async throws {
    try await options.run {
      let assets = try await Administration(store: try options.store()).assets()
      return (
        .array(
          assets.map {
            [
              "uuid": JSON($0.uuid.text), "name": JSON($0.name), "currency_code": JSON($0.currencyCode),
              "category": JSON($0.category.rawValue), "archived": .bool($0.isArchived),
            ]
          }),
        assets.map { "\($0.uuid)  \($0.category.rawValue)  \($0.name)\($0.isArchived ? "  (archived)" : "")" }.joined(
          separator: "\n")
      )
    }
  }
}
