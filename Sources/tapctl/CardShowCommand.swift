import ArgumentParser
import FedowProtocol

/// `tapctl card show`.
struct CardShowCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Show a card and its balances as the ledger sees them now.")

  @Argument(help: "The card's UID as a reader prints it, or its 8-digit tag id.")
  var tag: String

  @OptionGroup var options: KioskOptions

  func run() async throws {
    try await Terminal.run(json: options.json) {
      let card = try await options.client.get("/v1/cards/\(tag.filter { $0.isASCII && ($0.isLetter || $0.isNumber) })")
      if options.json { return Terminal.line(card.compact) }
      for line in CardSheet(card).lines { Terminal.line(line) }
    }
  }
}
