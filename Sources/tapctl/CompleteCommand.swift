import ArgumentParser
import FedowProtocol

/// `tapctl complete`.
struct CompleteCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "complete", abstract: "Pay the rest of a partly paid charge by other means than a card.")

  @Argument(help: "The charge's id.")
  var charge: String

  @Option(help: "How the rest is paid, in a word.")
  var means = "cash"

  @OptionGroup var options: KioskOptions

  func run() async throws {
    try await Terminal.run(json: options.json) {
      let path = "/v1/charges/\(Terminal.pathPart(charge))/complete"
      ChargeText.show(try await options.client.post(path, ["means": JSON(means)]), json: options.json)
    }
  }
}

/// `tapctl cancel`.
struct CancelCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cancel", abstract: "Take an open charge back; what cards paid of it is given back to them.")

  @Argument(help: "The charge's id.")
  var charge: String

  @OptionGroup var options: KioskOptions

  func run() async throws {
    try await Terminal.run(json: options.json) {
      ChargeText.show(
        try await options.client.delete("/v1/charges/\(Terminal.pathPart(charge))"), json: options.json)
    }
  }
}
