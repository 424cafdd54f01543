import ArgumentParser
import FedowProtocol
import Kiosk
import Model

/// `tapctl pair`.
struct PairCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pair", abstract: "Pair this kiosk with a place of a ledger.",
    discussion: "Makes the kiosk's RSA key and stores it with the ledger's answer in DATA/pairing.json, mode 0600.")

  @Argument(help: "The pairing string that `ledgerd place create` printed.")
  var string: String

  @Option(help: "tapd's data directory.")
  var data = "/var/lib/tapd"

  @Option(help: "The ledger's address, when the one in the string cannot be reached from here.")
  var url: String?

  @Flag(help: "Lose the pairing that this kiosk has; restart tapd afterwards.")
  var replace = false

  @Flag(help: "Print JSON, for programs.")
  var json = false

  func run() async throws {
    try await Terminal.run(json: json) {
      let pairing = try await PairingHandshake(file: PairingFile(dataDirectory: data))
        .run(try PairingString(parsing: string), url: url, replacing: replace)
      let report: JSON = [
        "ledger_url": JSON(pairing.ledgerURL), "place": JSON(pairing.place.text),
        "place_wallet": JSON(pairing.placeWallet.text),
      ]
      Terminal.line(
        json
          ? report.compact
          : "Paired with \(pairing.ledgerURL) as place \(pairing.place), wallet \(pairing.placeWallet).")
    }
  }
}
