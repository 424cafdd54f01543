import ArgumentParser
import Console
import FedowProtocol
import Ledger
import Model
import Rules

/// Shows or changes what a place takes of the money of others.
struct PlaceAccept: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "accept", abstract: "Show or change which other places' money a place takes, and how much it holds.",
    discussion: """
      Only what a federation shares can be taken; the place's own money and the federated one always are. Without a word
      a place takes all. --all and --none begin anew, --asset and --refuse say something of single assets: some. The
      ceiling is the most that the place holds of an asset until its issuer has paid it out (ledgerd clearing); a sale
      beyond it is refused, or paid with other money on the card. A change counts from the next sale on.
      """)

  @Argument(help: "The place's name or uuid.")
  var place: String

  @Flag(name: .long, help: "Begin anew: take everything that is shared, without ceilings.")
  var all = false

  @Flag(name: .long, help: "Begin anew: take nothing of others.")
  var none = false

  @Option(name: .long, help: "Take this asset: name or uuid; more than once for several.")
  var asset: [String] = []

  @Option(name: .long, help: "The most that the place holds of each --asset, like 500.00.")
  var ceiling: String?

  @Option(name: .long, help: "Do not take this asset: name or uuid; more than once for several.")
  var refuse: [String] = []

  @OptionGroup var options: StoreOptions

  func run() async throws {
    try await options.run {
      let administration = Administration(store: try options.store())
      guard all || none || !asset.isEmpty || !refuse.isEmpty || ceiling != nil else {
        let answer = try await administration.acceptance(place: place)
        return (answer, answer.acceptanceLines)
      }
      let answer = try await administration.changeAcceptance(place: place, try change())
      return (answer, answer.acceptanceLines)
    }
  }

  private func change() throws -> AcceptanceChange {
    guard !all || !none else { throw Refusal(.requestMalformed, "Say --all or --none, not both.") }
    guard ceiling == nil || !asset.isEmpty else {
      throw Refusal(.requestMalformed, "A ceiling is for an asset: say --asset too.")
    }
    guard Set(asset).isDisjoint(with: refuse) else {
      throw Refusal(.requestMalformed, "The same asset is taken and refused.")
    }
    let most = try ceiling.map { try Amount(decimal: $0).minorUnits }
    var change = AcceptanceChange()
    change.beginning = all ? true : none ? false : nil
    change.named = asset.map { ($0, Acceptance(isAccepted: true, ceiling: most)) } + refuse.map { ($0, .none) }
    return change
  }
}

extension JSON {
  /// An acceptance for people.
  fileprivate var acceptanceLines: String {
    let sum = { (value: JSON) in value.int64.map { Money.here.text(Amount(minorUnits: $0)) } ?? "" }
    let word = { (value: JSON) in value.bool == true ? "yes" : "no" }
    let table = TextTable(
      self["assets"]?.elements ?? [],
      columns: ["name", "category", "is_shared", "is_accepted", "ceiling", "held", "room"],
      texts: ["is_shared": word, "is_accepted": word, "ceiling": sum, "held": sum, "room": sum])
    let rest = "What is not named is \(self["unnamed"]?.text ?? "")."
    return ((table.rows.isEmpty ? ["No other place's money is shared with it."] : table.lines) + ["", rest])
      .joined(separator: "\n")
  }
}
