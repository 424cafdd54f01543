import Console
import Festival
import Foundation

/// An evening's report for a person at a terminal.
struct LoadText {
  private let report: FestivalReport

  init(_ report: FestivalReport) { self.report = report }

  var text: String {
    (latencies + [""] + summary + errors + books).joined(separator: "\n")
  }

  private var latencies: [String] {
    var table = Table([
      ("act", .left), ("count", .right), ("p50", .right), ("p90", .right), ("p99", .right), ("p99.9", .right),
      ("max ms", .right),
    ])
    for (act, latency) in report.acts { table.add(Self.row(act.rawValue, latency)) }
    table.add(Self.row("all", report.latency))
    return table.lines(Style.standard)
  }

  private static func row(_ name: String, _ latency: LatencyRecord) -> [String] {
    [name, "\(latency.count)"]
      + [50, 90, 99, 99.9].map { String(format: "%.2f", latency.milliseconds($0)) }
      + [String(format: "%.2f", latency.longest)]
  }

  private var summary: [String] {
    [
      String(
        format: "%d of %d acts done in %.1f s, %.1f a second", report.done, report.count, report.seconds,
        report.throughput)
    ]
  }

  private var errors: [String] { report.errors.map { "  \($0.count) × \($0.code)" } }

  private var books: [String] {
    let verdict = report.verdict
    var lines = verdict.breaks.map { Style.standard.red("  \($0)") }
    if verdict.uncertain > 0 { lines.append("\(verdict.uncertain) acts have no answer; balances were held to a range") }
    let scope = "\(verdict.cards) cards and \(verdict.places) places"
    lines.append(
      verdict.isSound
        ? "The books agree with what was answered: \(scope)"
        : Style.standard.red("The books do NOT agree with what was answered: \(verdict.breaks.count) of \(scope)"))
    return lines
  }
}
