import ArgumentParser
import Console
import FedowProtocol
import Kiosk
import Model

/// `tapctl card refund`.
struct CardRefundCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "refund", abstract: "Give a card's money back: show what, ask, and post it in one.",
    discussion: "What this place does not refund stays on the card; the table says why and who can.")

  @OptionGroup var card: CardName
  @Option(help: "Why, for the ledger's audit trail.")
  var reason: String?
  @Flag(help: "Only show what would be given back.")
  var dryRun = false
  @OptionGroup var agreement: Agreement
  @OptionGroup var options: KioskOptions

  func run() async throws {
    try await RefundStep(card: card, options: options, isVoid: false, reason: reason)
      .run(dryRun: dryRun, yes: agreement.yes)
  }
}

/// `tapctl card void`.
struct CardVoidCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "void", abstract: "Refund a card and detach it from its wallet, so that it can be given to another.",
    discussion: "Only the place that issued the card detaches it.")

  @OptionGroup var card: CardName
  @Option(help: "Why, for the ledger's audit trail.")
  var reason: String?
  @OptionGroup var agreement: Agreement
  @OptionGroup var options: KioskOptions

  func run() async throws {
    try await RefundStep(card: card, options: options, isVoid: true, reason: reason)
      .run(dryRun: false, yes: agreement.yes)
  }
}

/// A refund as its preview shows it, and not otherwise: the preview's total goes with the order.
struct RefundStep {
  let card: CardName
  let options: KioskOptions
  let isVoid: Bool
  let reason: String?

  func run(dryRun: Bool, yes: Bool) async throws {
    try await Terminal.run(json: options.json) {
      let client = options.client
      let path = "/v1/cards/\(try await card.path(client, for: "refund"))/refund"
      let preview = try await client.get(path)
      if dryRun && options.json { return Terminal.line(preview.compact) }
      if !options.json { Self.lines(preview).forEach(Terminal.line) }
      if dryRun { return }
      let total = preview["total"]?.int64 ?? 0
      guard total > 0 || isVoid else { throw Refusal(.insufficientFunds, "There is nothing to give back here.") }
      let question = "Give back \(Terminal.amount(preview["total"]))\(isVoid ? " and detach the card" : "")?"
      guard try Question.isAgreed(question, yes: yes) else { throw ExitCode(1) }
      let answer = try await client.post(
        path, ["expected_total": JSON(total), "reason": JSON(reason), "void": .bool(isVoid)])
      if options.json { return Terminal.line(answer.compact) }
      Terminal.line("Refunded \(Terminal.amount(answer["total"])).")
      for transaction in answer["transactions"]?.elements ?? [] {
        Terminal.line("  \(Terminal.amount(transaction["amount"]))  hash \(transaction["hash"]?.text ?? "?")")
      }
    }
  }

  private static func lines(_ preview: JSON) -> [String] {
    var table = Table([("given back", .right), ("remains", .right), ("money", .left), ("why", .left)])
    for part in preview["refunded"]?.elements ?? [] {
      table.add([Terminal.amount(part["amount"]), "", part["name"]?.text ?? "?", ""])
    }
    for part in preview["remains"]?.elements ?? [] {
      table.add(["", Terminal.amount(part["amount"]), part["name"]?.text ?? "?", part["sentence"]?.text ?? ""])
    }
    return table.lines(.standard)
  }
}
