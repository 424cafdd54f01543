import ArgumentParser
import FedowProtocol
import Ledger
import Model

/// Shows what was taken and given.
struct ReportCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report", abstract: "Show what places took and gave, by local hours or days.",
    discussion: """
      Of one place in its own time zone, or of all in the server's. Without --from it begins with the local day.
      With --csv the rows are made for spreadsheets: amounts are then whole numbers of minor units, as with --json.
      """)

  /// What a row stands for.
  enum Step: String, ExpressibleByArgument, CaseIterable { case hour, day }

  @Option(name: .long, help: "Only this place: name or uuid.")
  var place: String?

  @Option(name: .long, help: "From this instant on, like 2026-07-01T00:00:00+02:00.")
  var from: String?

  @Option(name: .long, help: "Up to this instant, which is not in it; without it: now.")
  var to: String?

  @Option(name: .long, help: "What a row stands for: hour or day.")
  var by = Step.hour

  @Flag(name: .long, help: "Print the rows as CSV.")
  var csv = false

  @OptionGroup var options: StoreOptions

  private static let columns = ["hour", "place", "device", "asset_name", "kind", "count", "amount"]

  func run() async throws {
    try await options.run {
      let request = ReportRequest(
        from: try from.map(instant), to: try to.map(instant), by: by == .day ? .day : .hour)
      let report = try await Administration(store: try options.store()).report(request, place: place)
      let rows = report["rows"]?.elements ?? []
      guard !csv else {
        return (report, TextTable(rows, columns: Self.columns + ["asset", "category"]).csv.joined(separator: "\n"))
      }
      let table = TextTable(rows, columns: Self.columns, texts: ["amount": decimal])
      return (report, (table.lines + Self.summary(report)).joined(separator: "\n"))
    }
  }

  private static func summary(_ report: JSON) -> [String] {
    let held = (report["outstanding"]?.elements ?? []).map {
      "people hold     \(decimal($0["amount"] ?? .null)) \($0["asset_name"]?.text ?? "")"
    }
    let refills = (report["refills"]?.elements ?? []).map {
      "paid with       \($0["means"]?.text ?? ""): \(decimal($0["amount"] ?? .null)) \($0["asset_name"]?.text ?? "")"
    }
    let cards = ["issued", "lost", "replaced", "unblocked"].map { "\(report["cards"]?[$0]?.int64 ?? 0) \($0)" }
    let open = report["unsettled"]
    return [""] + refills + held + [
      "cards           \(cards.joined(separator: ", "))",
      "unsettled       \(open?["count"]?.int64 ?? 0), \(decimal(open?["amount"] ?? .null))",
      "time zone       \(report["time_zone"]?.text ?? "")",
    ]
  }
}
