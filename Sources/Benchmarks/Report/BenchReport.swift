import FedowProtocol
import Foundation

/// The figures, as a table and as flat JSON.
struct BenchReport {
  private var figures: [Figure] = []

  var isEmpty: Bool { figures.isEmpty }

  mutating func add(_ figures: [Figure]) { self.figures += figures }

  /// For people: each figure with its bound and whether it holds, and at the end how many do.
  var table: String {
    let width = figures.map(\.key.count).max() ?? 0
    let lines = figures.map { figure in
      let value = Self.padded(Self.text(figure.value), to: 10)
      let line = figure.key.padding(toLength: width, withPad: " ", startingAt: 0) + value
      guard let bound = bound(of: figure) else { return line }
      return line + "   \(bound.words) " + Self.padded(Self.text(bound.limit), to: 6)
        + (bound.holds ? "   holds" : "   MISSED")
    }
    let bounds = figures.compactMap(bound)
    let missed = bounds.count { !$0.holds }
    return (lines + ["\(bounds.count) figures have a bound: \(bounds.count - missed) hold, \(missed) missed"])
      .joined(separator: "\n")
  }

  /// Writes `{"key": number}`.
  func write(to path: String) throws {
    let object = JSONObject(figures.map { ($0.key, JSON.float(($0.value * 1000).rounded() / 1000)) })
    try Data((JSON.object(object).pythonDump() + "\n").utf8).write(to: URL(filePath: path))
  }

  private struct Bound {
    let words: String
    let limit: Double
    let holds: Bool
  }

  private func bound(of figure: Figure) -> Bound? {
    switch figure.target {
    case nil: nil
    case .atMost(let limit): Bound(words: "at most ", limit: limit, holds: figure.value <= limit)
    case .atLeast(let limit): Bound(words: "at least", limit: limit, holds: figure.value >= limit)
    case .fsyncs(let count, let rest):
      figures.first { $0.key == Figure.fsyncKey }.map { fsync in
        let limit = count * fsync.value + rest
        return Bound(words: "at most ", limit: limit, holds: figure.value <= limit)
      }
    }
  }

  private static func text(_ value: Double) -> String {
    String(format: value < 1000 ? "%.2f" : "%.0f", value)
  }

  private static func padded(_ text: String, to width: Int) -> String {
    String(repeating: " ", count: max(0, width - text.count)) + text
  }
}
