import Console
import FedowProtocol
import Foundation
import Model

/// A clearing as tables, as CSV and as a page with a chart.
struct ClearingSheet {
  let clearing: JSON
  /// Whether it was proposed; what is only looked at has no id that anyone could name, and nobody to answer.
  let isProposed: Bool

  private static let positionColumns = ["place_name", "claims", "owes", "net"]

  init(_ clearing: JSON, isProposed: Bool = true) {
    self.clearing = clearing
    self.isProposed = isProposed
  }

  var printout: (json: JSON, text: String) { (clearing, text) }

  private var positions: [JSON] { clearing["positions"]?.elements ?? [] }
  private var parts: [JSON] { clearing["parts"]?.elements ?? [] }

  private static func sum(_ value: JSON) -> String {
    value.int64.map { Money.here.text(Amount(minorUnits: $0)) } ?? ""
  }

  /// The positions, amounts in whole minor units.
  var csv: String {
    TextTable(positions, columns: Self.positionColumns + ["place"]).csv.joined(separator: "\n")
  }

  /// For people.
  var text: String {
    guard !positions.isEmpty else {
      return "No place holds money of another that it could have paid out."
    }
    let table = TextTable(
      positions, columns: Self.positionColumns,
      texts: ["claims": Self.sum, "owes": Self.sum, "net": Self.sum])
    let word = { (key: String) in clearing[key]?.text ?? "" }
    let total = positions.reduce(Int64(0)) { $0 &+ ($1["net"]?.int64 ?? 0) }
    let head = [
      "federation   \(word("federation_name"))",
      "taken        \(clearing["from"]?.text.map { "from \($0) " } ?? "")until \(word("to"))",
      "settled      \(word("netting")), \(word("means") == "bank" ? "by bank transfers" : "in primary tokens")",
      "",
    ]
    let name = isProposed ? ["clearing     \(word("id"))"] : []
    return (name + head + table.lines + ["sum of nets  \(Self.sum(JSON(total)))"] + parts.flatMap(lines))
      .joined(separator: "\n")
  }

  private func lines(_ part: JSON) -> [String] {
    let parties = (part["parties"]?.elements ?? []).map { party in
      let word =
        party["declined_at"]?.text.map { "declined \($0) \(party["reason"]?.text ?? "")" }
        ?? party["agreed_at"]?.text.map { "agreed \($0)" } ?? "has not answered"
      return "  \(party["place_name"]?.text ?? ""): \(word)"
    }
    let claims = (part["claims"]?.elements ?? []).map {
      "  \($0["holder_name"]?.text ?? "") hands back \(Self.sum($0["amount"] ?? .null)) of "
        + "'\($0["asset_name"]?.text ?? "")' to \($0["issuer_name"]?.text ?? "")"
    }
    let payments = (part["payments"]?.elements ?? []).map { payment in
      let transfer = payment["reference"]?.text.map {
        ", transfer '\($0)' of \(payment["paid_on"]?.text ?? "")"
          + (payment["confirmed_at"]?.text == nil ? ", not confirmed" : ", confirmed")
      }
      return "  \(payment["payment"]?.int64 ?? 0). \(payment["debtor_name"]?.text ?? "") pays "
        + "\(payment["creditor_name"]?.text ?? "") \(Self.sum(payment["amount"] ?? .null))\(transfer ?? "")"
    }
    let obstacle = part["obstacle"]?["sentence"]?.text.map { ["  \($0)"] } ?? []
    let state = isProposed ? ": \(part["state"]?.text ?? "")" : ""
    return ["", "part \(part["part"]?.int64 ?? 0)\(state)"] + (isProposed ? parties : []) + claims
      + payments + obstacle
  }

  /// Writes the page.
  func write(to path: String) throws {
    try Data(page.utf8).write(to: URL(filePath: path), options: .atomic)
  }

  // MARK: The page

  /// A page that stands by itself.
  var page: String {
    """
    <!doctype html>
    <html lang="en"><head><meta charset="utf-8"><title>Clearing</title>
    <style>body{font:16px/1.5 sans-serif;max-width:56em;margin:2em auto;padding:0 1em}svg{width:100%;height:auto}
    text{font:13px sans-serif}pre{overflow-x:auto}</style></head>
    <body><h1>Who gets and who pays</h1>
    <p>To the right what a place gets for the money of others that it took, to the left what it pays for its own.</p>
    \(chart)
    <pre>\(Self.escaped(text))</pre></body></html>

    """
  }

  private static func escaped(_ text: String) -> String {
    text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
  }

  /// One bar a place; a picture's coordinates are no money, so they may have fractions.
  private var chart: String {
    let (rowHeight, middle, reach) = (26, 470.0, 190.0)
    let most = Double(max(1, positions.compactMap { $0["net"]?.int64?.magnitude }.max() ?? 1))
    let bars = positions.enumerated().map { index, position in
      let net = position["net"]?.int64 ?? 0
      let length = Int(Double(net.magnitude) / most * reach)
      let (y, x) = (index * rowHeight, net < 0 ? Int(middle) - length : Int(middle))
      return """
        <text x="0" y="\(y + 17)">\(Self.escaped(position["place_name"]?.text ?? ""))</text>
        <rect x="\(x)" y="\(y + 4)" width="\(length)" height="\(rowHeight - 8)" fill="\(net < 0 ? "#c0392b" : "#2e8b57")"/>
        <text x="760" y="\(y + 17)" text-anchor="end">\(Self.sum(JSON(net)))</text>
        """
    }
    let height = positions.count * rowHeight
    return """
      <svg viewBox="0 0 770 \(height + 4)" role="img" aria-label="Net positions">
      <line x1="\(Int(middle))" y1="0" x2="\(Int(middle))" y2="\(height)" stroke="#999"/>
      \(bars.joined(separator: "\n"))
      </svg>
      """
  }
}
