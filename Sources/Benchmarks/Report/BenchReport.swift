import FedowProtocol
import Foundation

/// The figures, as a table and as flat JSON.
struct BenchReport {
  private var figures: [Figure] = []

  /// What could not be measured, and why.
  private var failures: [String] = []

  /// Whether everything could be measured.
  var isWhole: Bool { failures.isEmpty }

  /// Adds what a part measures; one that cannot be measured leaves the others what they are.
  mutating func add(_ part: BenchPart, _ measure: () async throws -> [Figure]) async {
    do {
      figures += try await measure()
    } catch {
      failures.append("\(part.rawValue): \(error)")
      Progress.say("NOT MEASURED: \(part.rawValue): \(error)")
    }
  }

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
    let summary = "\(bounds.count) figures have a bound: \(bounds.count - missed) hold, \(missed) missed"
    return (lines + failures.map { "NOT MEASURED  \($0)" } + [summary]).joined(separator: "\n")
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
