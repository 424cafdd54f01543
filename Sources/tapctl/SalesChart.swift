import Console
import FedowProtocol
import Model

/// Sales by hour or day as bars: an SVG of rectangles and words.
struct SalesChart {
  private static let width = 900
  private static let height = 260
  private static let left = 70
  private static let bottom = 40
  private let bars: [(label: String, amount: Int64)]

  /// The sales of a report; all moneys count alike, each in its own unit.
  init(_ report: JSON) {
    var bars: [(label: String, amount: Int64)] = []
    for row in report["rows"]?.elements ?? [] where row["kind"]?.text == "sale" {
      let hour = row["hour"]?.text ?? ""
      if let index = bars.firstIndex(where: { $0.label == hour }) {
        bars[index].amount += row["amount"]?.int64 ?? 0
      } else {
        bars.append((hour, row["amount"]?.int64 ?? 0))
      }
    }
    // By the instant: on the night when the clocks go back, an hour's name comes twice.
    let instant = { (label: String) in LedgerTime.parse(label)?.microseconds ?? 0 }
    self.bars = bars.sorted { (instant($0.label), $0.label) < (instant($1.label), $1.label) }
  }

  /// The chart; a sentence where there is nothing to draw.
  var svg: String {
    let highest = bars.map { $0.amount.magnitude }.max() ?? 0
    guard highest > 0 else { return "<p>No sales.</p>" }
    let room = Self.width - Self.left
    let step = max(1, room / bars.count)
    let tall = Self.height - Self.bottom - 20
    var parts = [
      "<svg viewBox=\"0 0 \(Self.width) \(Self.height)\" role=\"img\" aria-label=\"Sales\">",
      "<line x1=\"\(Self.left)\" y1=\"\(tall + 20)\" x2=\"\(Self.width)\" y2=\"\(tall + 20)\" stroke=\"#888\"/>",
      text(Self.left - 6, 24, Money.here.text(Amount(minorUnits: Int64(clamping: highest))), "end"),
      text(Self.left - 6, tall + 24, "0", "end"),
    ]
    // As many words as fit beside each other.
    let every = max(1, (bars.count * 48 + room - 1) / room)
    for (index, bar) in bars.enumerated() {
      let size = Int(Double(bar.amount.magnitude) / Double(highest) * Double(tall))
      let x = Self.left + index * step
      let sum = ReportPage.escape("\(bar.label): \(Money.here.text(Amount(minorUnits: bar.amount)))")
      parts.append(
        "<rect x=\"\(x + 2)\" y=\"\(tall + 20 - size)\" width=\"\(max(1, step - 4))\" height=\"\(size)\" "
          + "fill=\"#2f6f9f\"><title>\(sum)</title></rect>")
      if index.isMultiple(of: every) { parts.append(text(x + step / 2, tall + 38, Self.short(bar.label), "middle")) }
    }
    return (parts + ["</svg>"]).joined(separator: "\n")
  }

  private func text(_ x: Int, _ y: Int, _ words: String, _ anchor: String) -> String {
    "<text x=\"\(x)\" y=\"\(y)\" text-anchor=\"\(anchor)\">\(ReportPage.escape(words))</text>"
  }

  /// `18:00` of an instant, `08-30` of a day.
  private static func short(_ label: String) -> String {
    let parts = label.split(separator: "T")
    return parts.count == 2 ? String(parts[1].prefix(5)) : String(label.suffix(5))
  }
}
