import ArgumentParser
import FedowProtocol
import Model

/// `tapctl charge`.
struct ChargeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "charge", abstract: "Open a charge, which the next tap pays.",
    discussion: """
      With --wait ends with 0 paid (also without the ledger), 2 refused, 3 expired, 4 unknown (do not charge again),
      5 cancelled. With --dry-run only tells what the card of --card would pay, and ends with 0 or 2.
      """)

  @Argument(help: "The amount, for instance 3.50.")
  var amount: String

  @Option(help: "What for; stands on the receipt.")
  var description: String?

  @Flag(help: "Print each state until the charge has ended.")
  var wait = false

  @Flag(help: "Charge nothing; tell what the card of --card would pay.")
  var dryRun = false

  @Option(help: "The card for --dry-run: its UID as a reader prints it, or its 8-digit tag id.")
  var card: String?

  @OptionGroup var terms: ChargeTermsOptions

  @OptionGroup var options: KioskOptions

  func validate() throws {
    guard dryRun == (card != nil) else {
      throw ValidationError("--dry-run and --card go together: the card that is tapped pays a charge.")
    }
  }

  func run() async throws {
    try await Terminal.run(json: options.json) {
      var body = JSONObject([("amount", JSON(try Amount(decimal: amount).minorUnits))] + terms.fields)
      if let description { body["description"] = JSON(description) }
      if let card {
        body["card"] = JSON(card)
        return try show(preview: try await options.client.post("/v1/preview", .object(body)))
      }
      let follower = ChargeFollower(options: options)
      guard wait else { return follower.show(try await options.client.post("/v1/charges", .object(body))) }
      try await follower.follow(.object(body))
    }
  }

  private func show(preview: JSON) throws {
    if options.json {
      Terminal.line(preview.compact)
    } else {
      let age = preview["is_offline"]?.bool == true ? " (offline, as of \(preview["known_at"]?.text ?? "?"))" : ""
      Terminal.line("\(preview["decision"]?.text ?? "?")\t\(Terminal.amount(preview["amount"]))\(age)")
      for part in preview["parts"]?.elements ?? [] {
        Terminal.line("  \(Terminal.amount(part["amount"])) \(part["asset_name"]?.text ?? "?")")
      }
      if let missing = preview["missing"]?.int64, missing > 0 {
        Terminal.line("  \(Terminal.amount(preview["missing"])) is missing, for another card")
      }
      if let sentence = preview["sentence"]?.text {
        Terminal.line("  \(sentence) (\(preview["code"]?.text ?? "?"))")
      }
    }
    if preview["decision"]?.text != "approve" { throw ExitCode(2) }
  }
}
