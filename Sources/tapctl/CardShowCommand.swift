import ArgumentParser
import FedowProtocol
import Kiosk
import Model

/// `tapctl card show`.
struct CardShowCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Show a card and its balances as the ledger sees them now.",
    discussion: "Several cards, for instance all of an email, are shown one after the other.")

  @OptionGroup var card: CardName
  @OptionGroup var options: KioskOptions

  func run() async throws {
    try await Terminal.run(json: options.json) {
      let client = options.client
      let sheets: [JSON]
      do {
        sheets =
          try await client.get("/v1/cards?q=\(try await card.path(client, for: "show"))")["cards"]?.elements ?? []
      } catch let refusal as Refusal where refusal.code == .ledgerRefused {
        // A ledger that knows no lookup: the tag id is what it knows cards by.
        return show(try await client.get("/v1/cards/\(Terminal.pathPart(card.card ?? ""))"))
      }
      for sheet in sheets { try await show(sheet, client) }
    }
  }

  private func show(_ sheet: JSON, _ client: KioskClient) async throws {
    // Of a card that is blocked the ledger tells no balances; its sheet says the rest.
    let balances = try? await client.get("/v1/cards/\(sheet["tag"]?.text ?? "")")
    guard options.json else { return CardSheet(balances ?? sheet, sheet: sheet).lines.forEach(Terminal.line) }
    var object = sheet.object ?? JSONObject()
    object["holdings"] = balances?["holdings"] ?? []
    Terminal.line(JSON.object(object).compact)
  }

  private func show(_ card: JSON) {
    if options.json { return Terminal.line(card.compact) }
    CardSheet(card).lines.forEach(Terminal.line)
  }
}
