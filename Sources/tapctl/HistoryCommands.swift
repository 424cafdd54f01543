import ArgumentParser
import Console
import FedowProtocol
import Kiosk
import Model

/// Which part of a history, and how it is printed.
struct HistoryOptions: ParsableArguments {
  @Option(help: "At most so many entries.")
  var limit = 100

  @Option(help: "Only what is older than the entry with this sequence number.")
  var before: Int64?

  @Option(help: "From this day or instant on, like 2026-08-30 or 2026-08-30T18:00:00+02:00.")
  var from: String?

  @Option(help: "Until then, not included.")
  var to: String?

  @Flag(help: "Print CSV (RFC 4180), amounts in minor units.")
  var csv = false

  func query() throws(Refusal) -> String {
    var parts = ["limit=\(limit)"]
    if let before { parts.append("before=\(before)") }
    if let from { parts.append("from=\(CardQuery.escape(try LocalDay.instant(from).wire))") }
    if let to { parts.append("to=\(CardQuery.escape(try LocalDay.instant(to).wire))") }
    return "?" + parts.joined(separator: "&")
  }

  /// Prints a page of entries.
  func show(_ page: JSON, json: Bool) {
    if json { return Terminal.line(page.compact) }
    let entries = page["entries"]?.elements ?? []
    if csv {
      Terminal.line(CSV.line(Self.columns.map(\.head)))
      // For spreadsheets, as the server writes them: minor units, which no locale spells in its own way.
      return entries.forEach { Terminal.line(CSV.line(Self.row($0) { String($0) })) }
    }
    var table = Table(Self.columns)
    for row in entries.map({ Self.row($0) { Money.here.text(Amount(minorUnits: $0)) } }) {
      table.add(Array(row.dropLast()) + [String((row.last ?? "").prefix(12))])
    }
    table.lines(.standard).forEach(Terminal.line)
    if let next = page["next"]?.int64 { Terminal.note("older entries: --before \(next)") }
  }

  private static let columns: [(head: String, side: Table.Side)] = [
    ("time", .left), ("card", .left), ("place", .left), ("till", .left), ("action", .left), ("asset", .left),
    ("amount", .right), ("balance", .right), ("hash", .left),
  ]

  private static func row(_ entry: JSON, _ spell: @escaping (Int64) -> String) -> [String] {
    let text = { (key: String) in entry[key]?.text ?? "" }
    let sum = { (key: String) in entry[key]?.int64.map(spell) ?? "" }
    return [
      text("datetime"), text("card"), text("place"), text("device"), text("action"), text("asset_name"),
      sum("amount"), sum("balance"), text("hash"),
    ]
  }
}

/// `tapctl card history`.
struct CardHistoryCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "history", abstract: "Show what happened with a card, newest first, over replacements too.")

  @OptionGroup var card: CardName
  @OptionGroup var part: HistoryOptions
  @OptionGroup var options: KioskOptions

  func run() async throws {
    try await Terminal.run(json: options.json) {
      let path = try await card.path(options.client, for: "history")
      part.show(try await options.client.get("/v1/cards/\(path)/history" + part.query()), json: options.json)
    }
  }
}

/// `tapctl wallet`.
struct WalletCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "wallet", abstract: "Look at wallets.", subcommands: [WalletHistoryCommand.self])
}

/// `tapctl wallet history`.
struct WalletHistoryCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "history", abstract: "Show what happened with a wallet, newest first.")

  @Argument(help: "The wallet's UUID, as `tapctl card show` prints it.")
  var wallet: String

  @OptionGroup var part: HistoryOptions
  @OptionGroup var options: KioskOptions

  func run() async throws {
    try await Terminal.run(json: options.json) {
      let path = "/v1/wallets/\(Terminal.pathPart(wallet))/history" + (try part.query())
      part.show(try await options.client.get(path), json: options.json)
    }
  }
}

/// `tapctl card sightings`.
struct CardSightingsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sightings", abstract: "Show where blocked cards of this place were tapped.")

  @Option(help: "Only those after the one with this number.")
  var since: Int64 = 0

  @OptionGroup var options: KioskOptions

  func run() async throws {
    try await Terminal.run(json: options.json) {
      let answer = try await options.client.get("/v1/sightings?since=\(since)")
      if options.json { return Terminal.line(answer.compact) }
      var table = Table([("number", .right), ("time", .left), ("card", .left), ("place", .left), ("reader", .left)])
      for sighting in answer["sightings"]?.elements ?? [] {
        let text = { (key: String) in sighting[key]?.text ?? "" }
        table.add([
          "\(sighting["number"]?.int64 ?? 0)", text("at"), text("number_printed"), text("place"), text("reader"),
        ])
      }
      table.lines(.standard).forEach(Terminal.line)
    }
  }
}
