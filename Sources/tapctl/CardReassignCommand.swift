import ArgumentParser
import Console
import FedowProtocol
import Kiosk
import Model

/// `tapctl card reassign`.
struct CardReassignCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reassign", abstract: "Put a new card in the place of an old one, with all that it holds.",
    discussion: """
      The old card is blocked for ever, the new one pays from the same wallet. For ten minutes, and as long as the new card
      has not been used, `tapctl card undo-reassign ID` takes it back.
      """)

  @Option(help: "The old card: tag, full UID, printed number, QR code or email.")
  var from: String

  @Option(help: "The new card, named in the same ways.")
  var to: String?

  @Flag(help: "Hold the new card to the reader.")
  var tap = false

  @Flag(help: "The new card gets the old one's operator's rights of this place too.")
  var withPrimary = false

  @Flag(help: "Only show what would move.")
  var dryRun = false

  @Option(help: "Why, for the ledger's audit trail.")
  var reason: String?

  @OptionGroup var agreement: Agreement
  @OptionGroup var options: KioskOptions

  func validate() throws {
    guard (to != nil) != tap else { throw ValidationError("Name the new card with --to, or say --tap.") }
  }

  func run() async throws {
    try await Terminal.run(json: options.json) {
      let client = options.client
      let new: String
      if let to { new = to } else { new = "tag:\(try await client.tapped("the new card").tag)" }
      let path = "/v1/cards/\(CardQuery.escape(from))"
      if dryRun || !agreement.yes {
        let preview = try await client.get(
          "\(path)/reassignment?to=\(CardQuery.escape(new))&with_primary=\(withPrimary)")
        if dryRun && options.json { return Terminal.line(preview.compact) }
        show(preview)
        guard preview["is_possible"]?.bool != false else { throw ExitCode(2) }
        if dryRun { return }
        guard try Question.isAgreed("Put the new card in its place?", yes: false) else { throw ExitCode(1) }
      }
      let answer = try await client.post(
        "\(path)/reassign", ["to": JSON(new), "with_primary": .bool(withPrimary), "reason": JSON(reason)])
      if options.json { return Terminal.line(answer.compact) }
      Terminal.line("Reassigned: \(answer["id"]?.text ?? "?")")
      Terminal.line("  can be taken back until \(answer["undo_until"]?.text ?? "?")")
    }
  }

  private func show(_ preview: JSON) {
    let moves = preview["moves"]
    let number = { (key: String) in preview[key]?["number_printed"]?.text ?? "?" }
    Terminal.note("\(number("from")) -> \(number("to"))")
    for holding in (moves?["balances"]?.elements ?? []) + (moves?["memberships"]?.elements ?? []) {
      Terminal.note("  \(Terminal.amount(holding["balance"])) \(holding["name"]?.text ?? "?")")
    }
    Terminal.note("  \(moves?["delegations"]?.int64 ?? 0) permissions to debit")
    for place in moves?["primary_of"]?.elements ?? [] { Terminal.note("  operator's card of \(place.text ?? "?")") }
    if let sentence = preview["sentence"]?.text {
      Terminal.note("  not possible: \(sentence) (\(preview["code"]?.text ?? "?"))")
    }
  }
}

/// `tapctl card undo-reassign`.
struct CardUndoReassignCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "undo-reassign", abstract: "Take a reassignment back, within ten minutes and before the card was used."
  )

  @Argument(help: "The id that `tapctl card reassign` printed.")
  var id: String

  @OptionGroup var options: KioskOptions

  func run() async throws {
    try await Terminal.run(json: options.json) {
      let answer = try await options.client.post("/v1/reassignments/\(Terminal.pathPart(id))/undo", [:])
      Terminal.line(options.json ? answer.compact : "Taken back; the old card pays again.")
    }
  }
}
