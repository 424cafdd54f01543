import ArgumentParser
import FedowProtocol
import Foundation
import Ledger
import Model

/// The cards of the federation.
struct CardCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "card", abstract: "Cards: import, list, show, history, lost, unblock, reassign, primary.",
    subcommands: [
      CardImport.self, CardList.self, CardShow.self, CardHistory.self, CardLost.self, CardUnblock.self,
      CardReassign.self, CardPrimary.self,
    ])
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

/// Makes, changes or revokes an operator's card.
struct CardPrimary: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "primary", abstract: "Make a card an operator's card at a place; refills and sales of tills need one.",
    discussion: """
      With --until it ends by itself, with --lock it rests until --unlock, with --revoke it is one no longer.
      """)

  @Option(name: .long, help: "The place: name or uuid.")
  var place: String

  @Option(name: .long, help: "The card's tag id, 8 hex digits.")
  var tag: String

  @Option(name: .long, help: "When it ends, like 2026-08-31T06:00:00+02:00, or never.")
  var until: String?

  @Flag(name: .long, help: "Lock it, for instance between two events.")
  var lock = false

  @Flag(name: .long, help: "Unlock it.")
  var unlock = false

  @Flag(name: .long, help: "It is an operator's card no longer.")
  var revoke = false

  @OptionGroup var options: StoreOptions

  func run() async throws {
    try await options.run {
      guard [lock, unlock, revoke].count(where: { $0 }) <= 1, !revoke || until == nil else {
        throw Refusal(.requestMalformed, "Give one of --lock, --unlock and --revoke; --revoke needs no --until.")
      }
      let administration = Administration(store: try options.store())
      let card =
        try await revoke
        ? administration.revokePrimary(tag: tag, place: place)
        : administration.setPrimary(tag: tag, place: place, try change)
      let state = revoke ? "no longer " : ""
      return (
        [
          "first_tag_id": JSON(card.firstTagID), "uuid": JSON(card.uuid.text), "is_primary": .bool(!revoke),
        ],
        "Card \(card.firstTagID) is \(state)an operator's card at \(place)\(lock ? ", locked" : "")."
      )
    }
  }

  private var change: OperatorCardChange {
    get throws {
      var change = OperatorCardChange(isLocked: lock ? true : unlock ? false : nil)
      if until == "never" { change.until = .some(nil) }
      if let until, until != "never" {
        guard let time = LedgerTime.parse(until) else {
          throw Refusal(.requestMalformed, "'\(until)' is no instant; write it like 2026-08-31T06:00:00+02:00.")
        }
        change.until = .some(time)
      }
      return change
    }
  }
}
