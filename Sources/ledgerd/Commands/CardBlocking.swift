import ArgumentParser
import FedowProtocol
import Ledger
import Model

/// Blocks a card that was lost.
struct CardLost: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lost", abstract: "Block a card that was lost: it opens nothing any more, its money stays.",
    discussion: "Kiosks hear of it at once. `card unblock` frees it, `card reassign` gives its holder another.")

  @OptionGroup var change: CardChangeOptions
  @OptionGroup var options: StoreOptions

  func run() async throws {
    try await options.run {
      try change.confirmation.confirm("Block card \(change.card)?")
      let sheet = try await Administration(store: try options.store()).block(
        change.card, isLost: true, reason: change.reason)
      return (sheet, "Card \(sheet.cardLine) opens nothing now.")
    }
  }
}

/// Frees a card that was found.
struct CardUnblock: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "unblock", abstract: "Free a blocked card: it opens what it opened before.",
    discussion: "Also one that its holder reported lost. A card that another one replaced stays blocked for ever.")

  @OptionGroup var change: CardChangeOptions
  @OptionGroup var options: StoreOptions

  func run() async throws {
    try await options.run {
      try change.confirmation.confirm("Unblock card \(change.card)?")
      let sheet = try await Administration(store: try options.store()).block(
        change.card, isLost: false, reason: change.reason)
      return (sheet, "Card \(sheet.cardLine) is free.")
    }
  }
}

/// Which card is changed, and why.
struct CardChangeOptions: ParsableArguments {
  @Argument(help: "The card: its tag, full UID, printed number or QR code.")
  var card: String

  @Option(name: .long, help: "Why; it is kept in the audit trail.")
  var reason: String?

  @OptionGroup var confirmation: Confirmation
}
