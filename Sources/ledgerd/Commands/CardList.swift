import ArgumentParser
import FedowProtocol
import Ledger
import Model

/// Shows the cards.
struct CardList: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "Show cards, all of them or those that pass every filter given.",
    discussion: """
      One line a card; with --json one JSON object a line.
      The number printed on a card and its QR code open it: treat this list like a list of passwords.
      """)

  @Option(name: .long, help: "Only those that this place issued: name or uuid.")
  var place: String?

  @Option(name: .long, help: "Only those of this batch.")
  var generation: Int64?

  @Option(name: .long, help: "Only the one with this tag id or full UID, in hex.")
  var tag: String?

  @Option(name: .long, help: "Only the one with this number printed on it.")
  var number: String?

  @Flag(inversion: .prefixedNo, help: "Only those that were reported lost, or were not.")
  var blocked: Bool?

  @Flag(inversion: .prefixedNo, help: "Only those that belong to a person, or to none.")
  var linked: Bool?

  @OptionGroup var options: StoreOptions

  func run() async throws {
    try await options.stream { output in
      var filter = CardFilter()
      (filter.place, filter.generation, filter.tag, filter.number) = (place, generation, tag, number)
      (filter.isBlocked, filter.isLinked) = (blocked, linked)
      let isJSON = options.json
      try await Administration(store: try options.store()).cards(filter) { listed in
        try output.write(isJSON ? listed.json.compact : listed.line)
      }
    }
  }
}

extension Books.ListedCard {
  fileprivate var line: String {
    let marks = [
      card.isBlocked ? "blocked" : nil, card.unsettled > 0 ? "unsettled" : nil, card.user == nil ? nil : "linked",
      primaryAt.isEmpty ? nil : "operator at \(primaryAt.joined(separator: ", "))",
    ]
    return "\(card.firstTagID)  \(card.numberPrinted)  \(originName), batch \(card.generation)  "
      + marks.compactMap { $0 }.joined(separator: ", ")
  }
}
