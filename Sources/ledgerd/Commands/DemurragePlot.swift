import FedowProtocol
import Foundation
import Model
import Rules

/// What one rate does.
struct MeltCurve {
  let rate: Int64
  let points: [MeltSimulation.Point]
}

/// The outcome of a simulation as a table, as JSON and as a page with curves.
struct MeltPlot {
  let unit: MeltUnit
  let curves: [MeltCurve]

  private static let colours = ["#1b6ca8", "#c0392b", "#2e8b57", "#8e44ad", "#d35400", "#555555", "#b8860b", "#008b8b"]
  private static let size = (width: 720.0, height: 300.0, left: 90.0, bottom: 30.0)

  var json: JSON {
    .array(
      curves.map { curve in
        [
          "rate_ppm": JSON(curve.rate), "period": JSON(unit.rawValue),
          "points": .array(
            curve.points.map {
              [
                "period": JSON(Int64($0.period)), "held": JSON($0.held), "spent": JSON($0.spent),
                "melted": JSON($0.melted), "velocity_ppm": JSON($0.velocity),
              ]
            }),
        ]
      })
  }

  /// Where each rate ends.
  var lines: [String] {
    let rows: [JSON] = curves.compactMap { curve in
      guard let last = curve.points.last, let first = curve.points.first else { return nil }
      return [
        "rate": JSON("\(MeltRate.text(curve.rate)) a \(unit.rawValue)"), "held at first": JSON(first.held),
        "held at last": JSON(last.held), "melted in all": JSON(curve.points.reduce(0) { $0 &+ $1.melted }),
        "spent a year": JSON(Self.velocity(last.velocity)),
      ]
    }
    let decimal = { (value: JSON) in Amount(minorUnits: value.int64 ?? 0).description }
    return TextTable(
      rows, columns: ["rate", "held at first", "held at last", "melted in all", "spent a year"],
      texts: ["held at first": decimal, "held at last": decimal, "melted in all": decimal]
    ).lines
  }

  /// `2.40 times`.
  private static func velocity(_ parts: Int64) -> String {
    "\(Amount(minorUnits: parts / 10_000)) times"
  }

  /// A page that stands by itself.
  var page: String {
    let table = lines.map { $0.replacing("&", with: "&amp;").replacing("<", with: "&lt;") }.joined(separator: "\n")
    let held = chart("What is held", value: \.held) { Amount(minorUnits: $0).description }
    let velocity = chart("How often a year the money is spent", value: \.velocity, Self.velocity)
    let melted = chart("What melts in a \(unit.rawValue)", value: \.melted) { Amount(minorUnits: $0).description }
    return """
      <!doctype html>
      <html lang="en"><head><meta charset="utf-8"><title>Melting money</title>
      <style>body{font:16px/1.5 sans-serif;max-width:50em;margin:2em auto;padding:0 1em}svg{width:100%;height:auto}
      text{font:12px sans-serif}</style></head>
      <body><h1>What rates of melting would do</h1>
      <p>A model of \(curves.first?.points.count ?? 0) points in steps of a \(unit.rawValue), not a promise.</p>
      \(legend)
      \(held)\(velocity)\(melted)
      <pre>\(table)</pre></body></html>

      """
  }

  private func colour(_ index: Int) -> String { Self.colours[index % Self.colours.count] }

  private var legend: String {
    let items = curves.indices.map {
      "<span style=\"color:\(colour($0))\">&#9632; \(MeltRate.text(curves[$0].rate))</span>"
    }
    return "<p>\(items.joined(separator: " &nbsp; ")) a \(unit.rawValue)</p>"
  }

  /// One chart; a picture's coordinates are no money, so they may have fractions.
  private func chart(
    _ title: String, value: (MeltSimulation.Point) -> Int64, _ text: (Int64) -> String
  ) -> String {
    let (size, count) = (Self.size, max(1, (curves.map(\.points.count).max() ?? 1) - 1))
    let top = max(1, curves.flatMap { $0.points.map(value) }.max() ?? 1)
    let x = { (index: Int) in size.left + (size.width - size.left) * Double(index) / Double(count) }
    let y = { (amount: Int64) in (size.height - size.bottom) * (1 - Double(amount) / Double(top)) + 10 }
    let lines = curves.enumerated().map { index, curve in
      // Nothing was spent or melted before the first period.
      let points = curve.points.dropFirst().map { "\(Int(x($0.period))),\(Int(y(value($0))))" }
      return "<polyline fill=\"none\" stroke=\"\(colour(index))\" stroke-width=\"2\" points=\""
        + points.joined(separator: " ") + "\"/>"
    }
    let base = Int(y(0))
    return """
      <h2>\(title)</h2><svg viewBox="0 0 \(Int(size.width) + 10) \(Int(size.height) + 15)" role="img">
      <line x1="\(Int(size.left))" y1="\(base)" x2="\(Int(size.width))" y2="\(base)" stroke="#999"/>
      <line x1="\(Int(size.left))" y1="10" x2="\(Int(size.left))" y2="\(base)" stroke="#999"/>
      <text x="0" y="20">\(text(top))</text><text x="0" y="\(base)">0</text>
      <text x="\(Int(size.width) - 60)" y="\(base + 20)">\(count) \(unit.rawValue)s</text>
      \(lines.joined(separator: "\n"))</svg>

      """
  }
}
