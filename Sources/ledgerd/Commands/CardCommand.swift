import ArgumentParser
import FedowProtocol
import Foundation
import Ledger
import Model

/// The cards of the federation.
struct CardCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "card", abstract: "Cards: import, list, primary.",
    subcommands: [CardImport.self, CardList.self, CardPrimary.self])
}

/// Imports a card factory's list.
struct CardImport: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import",
    abstract: "Import cards from a CSV file, all of it or nothing.",
    discussion: """
      Each line, without a header: https://host/qr/<uuid>,<number printed: 8 hex>,<tag id: 8 hex>
      A full UID of 14 or 20 hex in the third column is accepted; the tag id is made of it.
      Every bad line and every duplicate, in the file or of a card that is known, is named with its number, and then
      nothing is imported. Begin with --dry-run.
      """)

  @Argument(help: "The CSV file.")
  var file: String

  @Option(name: .long, help: "The place that issues the cards: name or uuid.")
  var place: String

  @Option(name: .long, help: "The batch.")
  var generation: Int64 = 1

  @Flag(name: .long, help: "Only look for faults.")
  var dryRun = false

  @OptionGroup var options: StoreOptions

  func run() async throws {
    try await options.run {
      guard let text = try? String(contentsOfFile: file, encoding: .utf8) else {
        throw Refusal(.notFound, "\(file) cannot be read as UTF-8 text.")
      }
      let cards = CardFile(checking: text)
      let bar = ProgressBar("cards")
      defer { bar.end() }
      let count = try await Administration(store: try options.store()).importCards(
        cards, place: place, generation: generation, isDryRun: dryRun
      ) { bar.show($0, of: cards.count) }
      return (
        ["cards": JSON(Int64(count)), "imported": .bool(!dryRun)],
        dryRun ? "\(count) cards are good; nothing was imported." : "\(count) cards are imported."
      )
    }
  }
}

/// Makes an operator's card.
struct CardPrimary: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "primary", abstract: "Make a card an operator's card at a place; refills and sales of tills need one.")

  @Option(name: .long, help: "The place: name or uuid.")
  var place: String

  @Option(name: .long, help: "The card's tag id, 8 hex digits.")
  var tag: String

  @OptionGroup var options: StoreOptions

  func run() async throws {
    try await options.run {
      let card = try await Administration(store: try options.store()).setPrimary(tag: tag, place: place)
      return (
        ["first_tag_id": JSON(card.firstTagID), "uuid": JSON(card.uuid.text), "is_primary": true],
        "Card \(card.firstTagID) is an operator's card at \(place)."
      )
    }
  }
}
