import ArgumentParser
import FedowProtocol
import Ledger
import Model

/// Shows everything about the cards that a text names.
struct CardShow: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Show the card, or the cards, that something names.",
    discussion: "Name it by its tag, full UID, printed number, QR code or its address, or its holder's address.")

  @Argument(help: "What names it.")
  var card: String

  @OptionGroup var options: StoreOptions

  func run() async throws {
    try await options.run {
      let sheets = try await Administration(store: try options.store()).sheets(card)
      return (["cards": .array(sheets)], sheets.map(\.sheetText).joined(separator: "\n\n"))
    }
  }
}

extension JSON {
  /// A card's sheet, a line for each thing that there is to say.
  var sheetText: String {
    (object?.entries ?? []).compactMap { entry -> String? in
      guard let name = entry.key.string, !entry.value.isNull else { return nil }
      let value =
        entry.value.text ?? entry.value.int64.map { String($0) } ?? entry.value.bool.map { $0 ? "yes" : "no" }
        ?? entry.value.compact
      return name.replacing("_", with: " ").padded(to: 16) + value
    }.joined(separator: "\n")
  }

  /// A card in one line.
  var cardLine: String {
    "\(self["tag"]?.text ?? "?") (number \(self["number_printed"]?.text ?? "?"), \(self["state"]?.text ?? "?"))"
  }
}

extension String {
  fileprivate func padded(to width: Int) -> String { self + String(repeating: " ", count: max(1, width - count)) }
}
