import ArgumentParser
import FedowProtocol
import Model

/// `tapctl refill`.
struct RefillCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "refill", abstract: "Put money that this place issues on a card.",
    discussion:
      "Needs an operator's card: tapctl operator open. Never repeated by itself: after an unknown outcome look at the card."
  )

  @Argument(help: "The card's UID as a reader prints it, or its 8-digit tag id.")
  var tag: String

  @Argument(help: "The amount, for instance 20.00.")
  var amount: String

  @Option(help: "Which asset, by UUID; without it the only local fiat that this place issues.")
  var asset: String?

  @Option(help: "What it was paid with, for the reports: cash, card, cheque, transfer or online.")
  var means: String?

  @OptionGroup var options: KioskOptions

  func run() async throws {
    try await Terminal.run(json: options.json) {
      var body = JSONObject([("card", JSON(tag)), ("amount", JSON(try Amount(decimal: amount).minorUnits))])
      if let asset { body["asset"] = JSON(asset) }
      if let means { body["means"] = JSON(means) }
      let transaction = try await options.client.post("/v1/refills", .object(body))
      if options.json { return Terminal.line(transaction.compact) }
      Terminal.line("refilled\t\(Terminal.amount(transaction["amount"]))\thash \(transaction["hash"]?.text ?? "?")")
    }
  }
}
