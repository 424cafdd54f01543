import FedowProtocol
import Foundation

/// The figures, as a table and as flat JSON.
struct BenchReport {
  private var figures: [Figure] = []

  mutating func add(_ figures: [Figure]) { self.figures += figures }

  /// For people: each figure with its target, and whether it is met.
  var table: String {
    let width = figures.map(\.key.count).max() ?? 0
    return figures.map { figure in
      let value = Self.padded(Self.text(figure.value), to: 10)
      let line = figure.key.padding(toLength: width, withPad: " ", startingAt: 0) + value
      guard let limit = limit(of: figure) else { return line }
      return line + "   at most " + Self.padded(Self.text(limit), to: 6) + (figure.value <= limit ? "" : "   MISSED")
    }.joined(separator: "\n")
  }

  /// Writes `{"key": number}`.
  func write(to path: String) throws {
    let object = JSONObject(figures.map { ($0.key, JSON.float(($0.value * 1000).rounded() / 1000)) })
    try Data((JSON.object(object).pythonDump() + "\n").utf8).write(to: URL(filePath: path))
  }

  private func limit(of figure: Figure) -> Double? {
    switch figure.target {
    case nil: nil
    case .atMost(let limit): limit
    case .fsyncs(let count, let rest):
      figures.first { $0.key == Figure.fsyncKey }.map { count * $0.value + rest }
    }
  }

  private static func text(_ value: Double) -> String {
    String(format: value < 1000 ? "%.2f" : "%.0f", value)
  }

  private static func padded(_ text: String, to width: Int) -> String {
    String(repeating: " ", count: max(0, width - text.count)) + text
  }
}
