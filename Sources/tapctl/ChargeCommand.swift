import ArgumentParser
import FedowProtocol
import Model

/// `tapctl charge`.
struct ChargeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "charge", abstract: "Open a charge, which the next tap pays.",
    discussion: "With --wait ends with 0 paid, 2 refused, 3 expired, 4 unknown (do not charge again), 5 cancelled.")

  @Argument(help: "The amount, for instance 3.50.")
  var amount: String

  @Option(help: "What for; stands on the receipt.")
  var description: String?

  @Flag(help: "Print each state until the charge has ended.")
  var wait = false

  @OptionGroup var options: KioskOptions

  func run() async throws {
    try await Terminal.run(json: options.json) {
      var body = JSONObject([("amount", JSON(try Amount(decimal: amount).minorUnits))])
      if let description { body["description"] = JSON(description) }
      guard wait else { return show(try await options.client.post("/v1/charges", .object(body))) }
      try await follow(.object(body))
    }
  }

  /// Listens before it asks, so that no state can pass unseen.
  private func follow(_ body: JSON) async throws {
    var id: String?
    for try await message in options.client.events() {
      switch message {
      case .opened where id == nil:
        let charge = try await options.client.post("/v1/charges", body)
        id = charge["id"]?.text
        show(charge)
      case .event("charge", let charge) where id != nil && charge["id"]?.text == id:
        guard charge["state"]?.text != "waiting" else { continue }
        show(charge)
        if let status = Self.statuses[charge["state"]?.text ?? ""] { throw ExitCode(status) }
      default: continue
      }
    }
    throw Refusal(.daemonUnreachable, "tapd ended before the charge did; look at it again when tapd is back.")
  }

  private static let statuses: [String: Int32] = [
    "paid": 0, "refused": 2, "expired": 3, "unknown": 4, "cancelled": 5,
  ]

  private func show(_ charge: JSON) {
    if options.json { return Terminal.line(charge.compact) }
    let word = charge["state"]?.text ?? "?"
    Terminal.line("\(word)\t\(Terminal.amount(charge["amount"]))\t\(charge["id"]?.text ?? "?")")
    if let sentence = charge["sentence"]?.text { Terminal.line("  \(sentence) (\(charge["code"]?.text ?? "?"))") }
    for transaction in charge["receipt"]?["transactions"]?.elements ?? [] {
      let name = transaction["asset_name"]?.text ?? "?"
      Terminal.line("  \(Terminal.amount(transaction["amount"])) \(name)  hash \(transaction["hash"]?.text ?? "?")")
    }
    for balance in charge["receipt"]?["balances"]?.elements ?? [] {
      let name = balance["name"]?.text ?? "?"
      Terminal.line("  \(name): \(Terminal.amount(balance["before"])) -> \(Terminal.amount(balance["after"]))")
    }
  }
}
