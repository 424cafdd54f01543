import ArgumentParser
import Console
import FedowProtocol
import Ledger
import Model

/// Shows what was paid with a card.
struct CardHistory: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "history", abstract: "Show what went in and out of the wallet that a card opens, newest first.",
    discussion: """
      The history of a wallet goes on when it gets another card; each line says which card was used.
      With --csv it is made for spreadsheets: amounts are then whole numbers of minor units, as with --json.
      """)

  @Argument(help: "The card: its tag id, the number printed on it, or its QR code's uuid.")
  var card: String

  @Option(name: .long, help: "At most so many entries, up to 1000.")
  var limit = 100

  @Option(name: .long, help: "Only those before this number: the last line of the page before says it.")
  var before: Int64?

  @Option(name: .long, help: "Only from this instant on, like 2026-07-01T00:00:00+02:00.")
  var from: String?

  @Option(name: .long, help: "Only before this instant.")
  var to: String?

  @Flag(name: .long, help: "Print CSV.")
  var csv = false

  @OptionGroup var options: StoreOptions

  private static let columns = [
    "sequence", "datetime", "action", "what", "card", "place", "party", "device", "asset_name", "amount", "balance",
    "comment",
  ]

  func run() async throws {
    try await options.run {
      guard (1...1000).contains(limit) else { throw Refusal(.requestMalformed, "--limit is from 1 to 1000.") }
      let request = HistoryRequest(limit: limit, before: before, from: try from.map(instant), to: try to.map(instant))
      let page = try await Administration(store: try options.store()).history(card: card, request: request)
      let entries = page["entries"]?.elements ?? []
      guard !csv else {
        let columns = Self.columns + ["asset", "category", "uuid", "hash", "debit"]
        return (page, TextTable(entries, columns: columns).csv.joined(separator: "\n"))
      }
      let table = TextTable(entries, columns: Self.columns, texts: ["amount": decimal, "balance": decimal])
      let more = page["next"]?.int64.map { ["There is more: --before \($0)"] } ?? []
      return (page, (table.lines + more).joined(separator: "\n"))
    }
  }
}

/// Minor units as people write them.
func decimal(_ value: JSON) -> String { Money.here.text(Amount(minorUnits: value.int64 ?? 0)) }

/// An instant that an operator gave.
/// - Throws: `Refusal` with `request_malformed`.
func instant(_ text: String) throws -> LedgerTime {
  guard let time = LedgerTime.parse(text) else {
    throw Refusal(.requestMalformed, "'\(text)' is no instant; write it like 2026-08-31T06:00:00+02:00.")
  }
  return time
}
