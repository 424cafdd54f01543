import ArgumentParser
import Console
import FedowProtocol
import Kiosk
import Model

/// `tapctl card lost`.
struct CardLostCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lost", abstract: "Block a card: from now on it pays nowhere in the federation.",
    discussion: "A card that is blocked already stays so, and that is no error.")

  @OptionGroup var card: CardName
  @Option(help: "Why, for the ledger's audit trail.")
  var reason: String?
  @OptionGroup var agreement: Agreement
  @OptionGroup var options: KioskOptions

  func run() async throws {
    try await CardStep(card, options).post(
      "lost", ["reason": JSON(reason)], asking: "Block this card?", yes: agreement.yes)
  }
}

/// `tapctl card unblock`.
struct CardUnblockCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "unblock", abstract: "Let a blocked card pay again.",
    discussion: "By the place that blocked it or that issued it. One that its holder blocked only the holder frees.")

  @OptionGroup var card: CardName
  @Option(help: "Why, for the ledger's audit trail.")
  var reason: String?
  @OptionGroup var agreement: Agreement
  @OptionGroup var options: KioskOptions

  func run() async throws {
    try await CardStep(card, options).post(
      "unblock", ["reason": JSON(reason)], asking: "Let this card pay again?", yes: agreement.yes)
  }
}

/// `tapctl card bind`.
struct CardBindCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bind", abstract: "Offer a card to a person that the ledger knows by email.",
    discussion:
      "It opens their wallet once they confirm, by their own signature; until then it pays from what lies on it.")

  @OptionGroup var card: CardName
  @Option(help: "The person's email.")
  var email: String
  @OptionGroup var agreement: Agreement
  @OptionGroup var options: KioskOptions

  func run() async throws {
    try await CardStep(card, options).post(
      "bind", ["email": JSON(email)], asking: "Offer this card to \(email)?", yes: agreement.yes)
  }
}

/// `tapctl card unenroll`.
struct CardUnenrollCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "unenroll", abstract: "Make the ledger forget a card that was never used.")

  @OptionGroup var card: CardName
  @OptionGroup var agreement: Agreement
  @OptionGroup var options: KioskOptions

  func run() async throws {
    try await CardStep(card, options).post("unenroll", [:], asking: "Forget this card?", yes: agreement.yes)
  }
}

/// One call about one card: find it, show it, ask, do it.
struct CardStep {
  private let card: CardName
  private let options: KioskOptions

  init(_ card: CardName, _ options: KioskOptions) {
    self.card = card
    self.options = options
  }

  /// Shows which card is meant before it asks, and what it is afterwards.
  func post(_ verb: String, _ body: JSON, asking question: String, yes: Bool) async throws {
    try await Terminal.run(json: options.json) {
      let client = options.client
      let path = try await card.path(client, for: verb)
      if !yes {
        let found = try await client.get("/v1/cards?q=\(path)")["cards"]?.elements ?? []
        for sheet in found { CardSheet(sheet, sheet: sheet).lines.forEach(Terminal.note) }
        guard try Question.isAgreed(question, yes: false) else { throw ExitCode(1) }
      }
      let answer = try await client.post("/v1/cards/\(path)/\(verb)", body)
      if options.json { return Terminal.line(answer.compact) }
      if answer["tag"] == nil { return Terminal.line("Done.") }
      CardSheet(answer, sheet: answer).lines.forEach(Terminal.line)
    }
  }
}
