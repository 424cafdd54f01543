import ArgumentParser
import FedowProtocol
import Ledger

/// Makes a new ledger.
struct Install: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Make a new ledger: its database, its own wallet and the federated asset.")

  @Option(name: .long, help: "The server's name.")
  var name: String

  @Option(name: .long, help: "The address clients reach it under: a host name (https), or a whole URL.")
  var domain: String

  @Option(name: .long, help: "The federated asset's name.")
  var asset = "Primary Asset"

  @Option(name: .long, help: "The federated asset's code, at most 3 letters.")
  var currency = "FED"

  @OptionGroup var options: StoreOptions

  func run() async throws {
    try await options.run {
      let made = try await Administration(store: try options.store(creating: true)).install(
        serverName: name, domain: domain, assetName: asset, currency: currency)
      return (
        [
          "server": JSON(made.serverName), "domain": JSON(made.domain),
          "primary_wallet": JSON(made.primaryWallet.text), "federated_asset": JSON(made.federatedAsset.text),
          "database": JSON(try options.databasePath()),
        ],
        """
        The ledger '\(made.serverName)' is made in \(try options.databasePath()).
        Its secret is in ledger.key beside it: keep a copy of that file away from the backups of the database.
        Next: ledgerd place create NAME
        """
      )
    }
  }
}
