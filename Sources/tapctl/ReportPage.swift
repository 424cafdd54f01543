import Console
import FedowProtocol
import Model

/// A report as one HTML file with a chart, which loads nothing from anywhere.
struct ReportPage {
  private let report: JSON
  private let title: String

  init(_ report: JSON, title: String) {
    self.report = report
    self.title = title
  }

  /// The whole file.
  var text: String {
    """
    <!DOCTYPE html>
    <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
    <title>\(Self.escape(heading))</title>
    <style>
    body { font: 15px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: #1a1a1a }
    table { border-collapse: collapse; margin: 1rem 0 2rem; width: 100% }
    th, td { text-align: left; padding: .25rem .75rem .25rem 0; border-bottom: 1px solid #ddd }
    td.n, th.n { text-align: right; font-variant-numeric: tabular-nums }
    svg { width: 100%; height: auto } svg text { font: 11px system-ui, sans-serif; fill: #444 }
    @media print { body { margin: 0 } }
    </style></head><body>
    <h1>\(Self.escape(heading))</h1>
    <p>\(Self.escape(report["from"]?.text ?? "")) – \(Self.escape(report["to"]?.text ?? "")),
    \(Self.escape(report["time_zone"]?.text ?? ""))</p>
    \(SalesChart(report).svg)
    \(sums)
    \(rows)
    </body></html>

    """
  }

  private var heading: String { "\(report["place"]?.text ?? "Report") · \(title)" }

  private var sums: String {
    var lines = ReportSums(report).totals.map { total in
      [total.kind, total.money, "\(total.count)", Money.here.text(Amount(minorUnits: total.amount))]
    }
    lines += (report["outstanding"]?.elements ?? []).map { sum in
      ["outstanding", sum["asset_name"]?.text ?? "?", "", Terminal.amount(sum["amount"])]
    }
    lines += ["issued", "lost", "replaced", "unblocked"].map { word in
      ["cards \(word)", "", "\(report["cards"]?[word]?.int64 ?? 0)", ""]
    }
    lines.append([
      "unsettled", "", "\(report["unsettled"]?["count"]?.int64 ?? 0)", Terminal.amount(report["unsettled"]?["amount"]),
    ])
    return Self.table(["", "money", "count", "amount"], lines, numbers: [2, 3])
  }

  private var rows: String {
    let lines = (report["rows"]?.elements ?? []).map { row in
      [
        row["hour"]?.text ?? "", row["device"]?.text ?? "–", row["asset_name"]?.text ?? "", row["kind"]?.text ?? "",
        "\(row["count"]?.int64 ?? 0)", Terminal.amount(row["amount"]),
      ]
    }
    return Self.table(["hour", "till", "money", "kind", "count", "amount"], lines, numbers: [4, 5])
  }

  private static func table(_ heads: [String], _ rows: [[String]], numbers: Set<Int>) -> String {
    let cell = { (tag: String, index: Int, text: String) in
      "<\(tag)\(numbers.contains(index) ? " class=\"n\"" : "")>\(escape(text))</\(tag)>"
    }
    let line = { (tag: String, row: [String]) in
      "<tr>" + row.enumerated().map { cell(tag, $0.offset, $0.element) }.joined() + "</tr>"
    }
    return "<table>\n" + ([line("th", heads)] + rows.map { line("td", $0) }).joined(separator: "\n") + "\n</table>"
  }

  /// Names of places, moneys and tills are other people's words.
  static func escape(_ text: String) -> String {
    text.map { character in
      switch character {
      case "&": "&amp;"
      case "<": "&lt;"
      case ">": "&gt;"
      case "\"": "&quot;"
      default: String(character)
      }
    }.joined()
  }
}
