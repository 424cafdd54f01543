import ArgumentParser
import FedowProtocol
import Ledger

/// Retires an asset.
struct AssetArchive: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "archive", abstract: "Retire an asset: no refill and no sale with it from the next request on.",
    discussion: """
      What is held of it stays: its owners still see it, and the place that issued it can refund it in cash.
      It cannot be taken back; make a new asset instead.
      """)

  @Argument(help: "The asset's name or uuid.")
  var asset: String

  @OptionGroup var options: StoreOptions

  func run() async throws {
    try await options.run {
      let archived = try await Administration(store: try options.store()).archive(asset: asset)
      let (asset, held) = (archived.asset, archived.held)
      return (
        ["uuid": JSON(asset.uuid.text), "name": JSON(asset.name), "archived": true, "held": JSON(held)],
        """
        Asset '\(asset.name)' \(asset.uuid) is archived; \(held) of it (in hundredths) is still held.
        """
      )
    }
  }
}
