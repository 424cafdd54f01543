import FedowProtocol
import Foundation

/// A clearing as a page that stands by itself: where each place stands, with a bar, and what each hands back and pays.
struct ClearingPage {
  let sheet: ClearingSheet

  /// Half of a bar's cell, in the units of its drawing; a picture's coordinates are no money, so they may have fractions.
  private static let reach = 100.0

  /// Writes the page.
  func write(to path: String) throws {
    try Data(html.utf8).write(to: URL(filePath: path), options: .atomic)
  }

  var html: String {
    """
    <!doctype html>
    <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Clearing, \(word("federation_name"))</title>
    <style>\(Self.style)</style></head>
    <body><h1>Who gets and who pays</h1>
    <p>\(word("federation_name")): what was taken \(period), settled \(settled).</p>
    \(sheet.positions.isEmpty ? "<p>No place holds money of another that it could have paid out.</p>" : table)
    \(sheet.parts.map(part).joined(separator: "\n"))
    </body></html>

    """
  }

  private static let style = """
    :root{color-scheme:light dark}body{font:16px/1.5 system-ui,sans-serif;max-width:60em;margin:2em auto;padding:0 1em}
    table{width:100%;border-collapse:collapse}th,td{padding:.4em .6em;border-bottom:1px solid #8886;text-align:left}
    th.sum,td.sum{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}td.bar{width:32%}
    tfoot td{font-weight:bold;border-bottom:0}svg{display:block;width:100%;height:1.1em}
    .gets{fill:#2e8b57}.pays{fill:#c0392b}line{stroke:#888}
    th.bar{text-align:center}h2{margin-top:1.5em}ul{padding:0;list-style:none}li{overflow-wrap:anywhere}
    @media (max-width:36em){td.bar,th.bar{display:none}th,td{padding:.4em .3em}}
    """

  private func word(_ key: String) -> String { Self.escaped(sheet.clearing[key]?.text ?? "") }

  private var period: String {
    let from = sheet.clearing["from"]?.text.map { "from \(Self.escaped($0)) " } ?? ""
    return from + "until \(Self.escaped(sheet.clearing["to"]?.text ?? ""))"
  }

  private var settled: String {
    let between = word("netting") == "bilateral" ? "between any two places" : "among all that claims connect"
    return "\(between), \(word("means") == "bank" ? "by bank transfers" : "in primary tokens")"
  }

  /// Text that is safe between tags; instants as people read them, `2026-07-01 10:00 UTC`.
  private static func escaped(_ text: String) -> String {
    text.replacing(#/(\d{4}-\d\d-\d\d)T(\d\d:\d\d):[\d.]+Z/#) { "\($0.output.1) \($0.output.2) UTC" }
      .replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
  }

  // MARK: The positions

  private var table: String {
    let nets = sheet.positions.map { $0["net"]?.int64 ?? 0 }
    let most = nets.map(\.magnitude).max() ?? 0
    return """
      <table><thead><tr><th>Place</th><th class="sum">is owed</th><th class="sum">owes</th>\
      <th class="bar">pays &#9666; &#9656; gets</th><th class="sum">in all</th></tr></thead><tbody>
      \(sheet.positions.map { row($0, most: most) }.joined(separator: "\n"))
      </tbody><tfoot><tr><td>Together</td><td class="sum"></td><td class="sum"></td><td class="bar"></td>\
      <td class="sum">\(sum(JSON(nets.reduce(0, &+))))</td></tr></tfoot></table>
      """
  }

  private func row(_ position: JSON, most: UInt64) -> String {
    let net = position["net"]?.int64 ?? 0
    return """
      <tr><td>\(Self.escaped(position["place_name"]?.text ?? ""))</td><td class="sum">\(sum(position["claims"]))</td>\
      <td class="sum">\(sum(position["owes"]))</td><td class="bar">\(bar(net, most: most))</td>\
      <td class="sum">\(sum(position["net"]))</td></tr>
      """
  }

  /// A picture for eyes alone: the sum beside it says the same.
  private func bar(_ net: Int64, most: UInt64) -> String {
    let length = Int(Double(net.magnitude) / Double(max(1, most)) * Self.reach)
    let middle = Int(Self.reach)
    return """
      <svg viewBox="0 0 \(2 * middle) 10" preserveAspectRatio="none" aria-hidden="true">\
      <rect class="\(net < 0 ? "pays" : "gets")" x="\(net < 0 ? middle - length : middle)" y="1" width="\(length)" \
      height="8"/><line x1="\(middle)" y1="0" x2="\(middle)" y2="10" vector-effect="non-scaling-stroke"/></svg>
      """
  }

  private func sum(_ amount: JSON?) -> String {
    Self.escaped(ClearingSheet.sum(amount ?? .null)).replacing("-", with: "\u{2212}")
  }

  // MARK: The parts

  private func part(_ part: JSON) -> String {
    let state = sheet.isProposed ? ": \(Self.escaped(part["state"]?.text ?? ""))" : ""
    let title = sheet.parts.count == 1 && !sheet.isProposed ? "" : "Part \(part["part"]?.int64 ?? 0)\(state)"
    let lists = [
      ("What the places said", sheet.isProposed ? sheet.answers(part) : []),
      ("What is handed back", sheet.claims(part)), ("What is paid", sheet.payments(part)),
      ("Why it waits", sheet.obstacle(part)),
    ]
    let heading = title.isEmpty ? "" : "<h2>\(title)</h2>\n"
    return heading
      + lists.filter { !$0.1.isEmpty }.map { name, lines in
        "<h3>\(name)</h3>\n<ul>\(lines.map { "<li>\(Self.escaped($0))</li>" }.joined())</ul>"
      }.joined(separator: "\n")
  }
}
