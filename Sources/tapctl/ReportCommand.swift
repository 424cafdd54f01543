import ArgumentParser
import Console
import FedowProtocol
import Foundation
import Kiosk
import Model

/// `tapctl report`.
struct ReportCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report", abstract: "What this place took and gave, by hour, till and money.",
    subcommands: [ReportDayCommand.self, ReportEventCommand.self])
}

/// `tapctl report day`.
struct ReportDayCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "day", abstract: "Report one day, from midnight to midnight of this machine's clock.")

  @Argument(help: "The day, like 2026-08-30; without it today.")
  var day: String?

  @OptionGroup var form: ReportForm
  @OptionGroup var options: KioskOptions

  func run() async throws {
    try await Terminal.run(json: options.json) {
      let day = day ?? LocalDay.today
      try await form.print(
        from: try LocalDay.begin(day, plus: 0), to: try LocalDay.begin(day, plus: 1), by: "hour", title: day, options)
    }
  }
}

/// `tapctl report event`.
struct ReportEventCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "event", abstract: "Report any span: a night, a festival, a month.")

  @Option(help: "From this day or instant on, like 2026-08-30 or 2026-08-30T18:00:00+02:00.")
  var from: String

  @Option(help: "Until then, not included.")
  var to: String

  @Flag(help: "One row a day instead of one an hour.")
  var byDay = false

  @OptionGroup var form: ReportForm
  @OptionGroup var options: KioskOptions

  func run() async throws {
    try await Terminal.run(json: options.json) {
      let (begin, end) = (try LocalDay.instant(from), try LocalDay.instant(to))
      guard begin < end else { throw Refusal(.requestMalformed, "--to must be later than --from.") }
      try await form.print(from: begin, to: end, by: byDay ? "day" : "hour", title: "\(from) – \(to)", options)
    }
  }
}

/// How a report is printed.
struct ReportForm: ParsableArguments {
  @Flag(help: "Print CSV (RFC 4180), amounts in minor units.")
  var csv = false

  @Option(help: "Write a page with a chart into this file, which needs no network.", completion: .file())
  var html: String?

  func print(
    from: LedgerTime, to: LedgerTime, by: String, title: String, _ options: KioskOptions
  ) async throws {
    let query = "from=\(CardQuery.escape(from.wire))&to=\(CardQuery.escape(to.wire))&by=\(by)"
    let report = try await options.client.get("/v1/report?" + query)
    if let html {
      do {
        try ReportPage(report, title: title).text.write(toFile: html, atomically: true, encoding: .utf8)
      } catch {
        throw Refusal(.storeUnavailable, "\(html) cannot be written.")
      }
      return Terminal.note("written to \(html)")
    }
    if options.json { return Terminal.line(report.compact) }
    csv ? Self.csv(report) : Self.table(report)
  }

  private static let columns = [
    "hour", "place", "device", "asset_name", "category", "kind", "count", "amount",
  ]

  private static func csv(_ report: JSON) {
    Terminal.line(CSV.line(columns))
    for row in report["rows"]?.elements ?? [] {
      Terminal.line(CSV.line(columns.map { row[$0]?.text ?? row[$0]?.int64.map { String($0) } ?? "" }))
    }
  }

  private static func table(_ report: JSON) {
    var table = Table([
      ("hour", .left), ("till", .left), ("money", .left), ("kind", .left), ("count", .right), ("amount", .right),
    ])
    for row in report["rows"]?.elements ?? [] {
      table.add([
        row["hour"]?.text ?? "", row["device"]?.text ?? "-", row["asset_name"]?.text ?? "", row["kind"]?.text ?? "",
        "\(row["count"]?.int64 ?? 0)", Terminal.amount(row["amount"]),
      ])
    }
    table.lines(.standard).forEach(Terminal.line)
    for line in ReportSums(report).lines { Terminal.line(line) }
  }
}
