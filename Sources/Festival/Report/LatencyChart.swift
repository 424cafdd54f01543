import Foundation

/// An evening's latencies over time as one SVG file that loads nothing: p50, p90, p99 and p99.9 as lines over a logarithmic
/// axis, and under them how many acts were due.
public struct LatencyChart {
  private static let (width, height) = (960.0, 480.0)
  private static let (left, right, top, bottom) = (64.0, 110.0, 40.0, 120.0)
  private static let lines: [(percentile: Double, name: String, colour: String)] = [
    (50, "p50", "#2f6f9f"), (90, "p90", "#3a8f5c"), (99, "p99", "#c07a1a"), (99.9, "p99.9", "#b23a48"),
  ]
  private let report: FestivalReport
  private let title: String

  /// The chart of an evening.
  public init(_ report: FestivalReport, title: String) {
    self.report = report
    self.title = title
  }

  /// The file.
  public var svg: String {
    """
    <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(Int(Self.width)) \(Int(Self.height))" role="img">
    <title>\(Self.escape(title))</title>
    <style>text { font: 12px system-ui, sans-serif; fill: #444 } .title { font-size: 15px; fill: #1a1a1a }</style>
    <rect width="100%" height="100%" fill="#fff"/>
    <text class="title" x="\(Int(Self.left))" y="24">\(Self.escape(title))</text>
    \((grid + bars + curves + seconds).joined(separator: "\n"))
    </svg>

    """
  }

  private var plotHeight: Double { Self.height - Self.top - Self.bottom }
  private var plotWidth: Double { Self.width - Self.left - Self.right }

  /// The decades that hold every value, in milliseconds.
  private var decades: ClosedRange<Double> {
    let busy = report.timeline.filter { $0.latency.count > 0 }
    let least = busy.map { $0.latency.milliseconds(50) }.min() ?? 1
    let most = busy.map { $0.latency.milliseconds(99.9) }.max() ?? 1
    let low = floor(log10(max(least, 0.01)))
    return low...max(low + 1, ceil(log10(max(most, 0.01))))
  }

  private func x(_ moment: FestivalReport.Moment) -> Double {
    Self.left + (moment.from + moment.length / 2) / Double(report.settings.seconds) * plotWidth
  }

  private func y(_ milliseconds: Double) -> Double {
    let share = (log10(max(milliseconds, 0.01)) - decades.lowerBound) / (decades.upperBound - decades.lowerBound)
    return Self.top + (1 - share) * plotHeight
  }

  private var grid: [String] {
    stride(from: decades.lowerBound, through: decades.upperBound, by: 1).flatMap { decade -> [String] in
      let (value, height) = (pow(10, decade), y(pow(10, decade)))
      let name = value < 1 ? String(format: "%.2f ms", value) : "\(Int(value)) ms"
      return [
        Self.line(Self.left, height, Self.left + plotWidth, height, "#ddd"),
        Self.text(Self.left - 6, height + 4, name, "end"),
      ]
    }
  }

  private var curves: [String] {
    Self.lines.enumerated().flatMap { index, line -> [String] in
      let points = report.timeline.filter { $0.latency.count > 0 }.map { moment in
        "\(Self.number(x(moment))),\(Self.number(y(moment.latency.milliseconds(line.percentile))))"
      }
      let all = String(format: "%.1f ms", report.latency.milliseconds(line.percentile))
      return [
        "<polyline points=\"\(points.joined(separator: " "))\" fill=\"none\" stroke=\"\(line.colour)\" stroke-width=\"1.6\"/>",
        "<rect x=\"\(Int(Self.width - Self.right + 8))\" y=\"\(50 + index * 20)\" width=\"10\" height=\"10\" fill=\"\(line.colour)\"/>",
        Self.text(Self.width - Self.right + 22, Double(59 + index * 20), "\(line.name) \(all)", "start"),
      ]
    }
  }

  /// How many acts a second were due.
  private var bars: [String] {
    let (base, room) = (Self.height - 36, 60.0)
    let most = report.timeline.map { Double($0.latency.count) / $0.length }.max() ?? 0
    guard most > 0 else { return [] }
    let width = plotWidth / Double(report.timeline.count)
    return report.timeline.map { moment in
      let size = Double(moment.latency.count) / moment.length / most * room
      return "<rect x=\"\(Self.number(x(moment) - width / 2))\" y=\"\(Self.number(base - size))\" "
        + "width=\"\(Self.number(max(0.5, width - 0.5)))\" height=\"\(Self.number(size))\" fill=\"#b9c7d3\"/>"
    } + [Self.text(Self.left - 6, base - room + 8, String(format: "%.0f/s", most), "end")]
  }

  private var seconds: [String] {
    let base = Self.height - 36
    return [Self.line(Self.left, base, Self.left + plotWidth, base, "#888")]
      + [0, 0.25, 0.5, 0.75, 1].map { share in
        Self.text(
          Self.left + share * plotWidth, base + 18, String(format: "%.0f s", share * Double(report.settings.seconds)),
          "middle")
      }
  }

  private static func line(_ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, _ colour: String) -> String {
    "<line x1=\"\(number(x1))\" y1=\"\(number(y1))\" x2=\"\(number(x2))\" y2=\"\(number(y2))\" stroke=\"\(colour)\"/>"
  }

  private static func text(_ x: Double, _ y: Double, _ words: String, _ anchor: String) -> String {
    "<text x=\"\(number(x))\" y=\"\(number(y))\" text-anchor=\"\(anchor)\">\(escape(words))</text>"
  }

  private static func number(_ value: Double) -> String { String(format: "%.1f", value) }

  private static func escape(_ text: String) -> String {
    text.map { ["&": "&amp;", "<": "&lt;", ">": "&gt;"][$0] ?? String($0) }.joined()
  }
}
