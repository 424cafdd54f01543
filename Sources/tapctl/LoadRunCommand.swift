import ArgumentParser
import Console
import FedowProtocol
import Festival
import Foundation
import Model

/// `tapctl load run`.
struct LoadRunCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Play the evening, print its latencies, and hold the books against what was answered.",
    discussion: """
      Guests come when they come, whether or not the ledger keeps up: a latency counts from when the request was due, what
      a guest waited for a busy till included. Everything is signed before the evening begins.
      Afterwards each card and each place is read back over HTTP and held against the sums of what was answered as done.
      Ends with status 0 when the books agree, with 1 when they do not or nothing could be done.
      It moves money: a ledger whose first place does not have the word "test" in its name is left alone, unless
      --yes-these-are-not-real-books says that it is there for this.
      """)

  @Argument(help: "The file of `tapctl load prepare`.", completion: .file(extensions: ["json"]))
  var festival: String

  @OptionGroup var evening: EveningOptions

  @Flag(help: "Play on a ledger that does not say by itself that it is there for it.")
  var yesTheseAreNotRealBooks = false

  @Option(help: "Write a chart of the latencies (SVG).")
  var chart: String?

  @Flag(help: "Print JSON, for programs.")
  var json = false

  func validate() throws { try evening.check() }

  func run() async throws {
    try await Terminal.run(json: json) {
      let bar = ProgressStages()
      let run = FestivalRun(try Festival(file: festival), evening.settings) { bar.show($0, $1, of: $2) }
      let mayRun = if yesTheseAreNotRealBooks { true } else { try await run.isMarked() }
      guard mayRun else {
        throw Refusal(
          .forbidden,
          """
          This ledger does not say that its books are for playing: its first place has no "test" in its name. If they are: \
          --yes-these-are-not-real-books
          """)
      }
      let report = try await run.play()
      bar.end()
      if let chart {
        let title = "\(evening.curve.rawValue), \(evening.dialect.rawValue), \(report.count) acts"
        try Data(LatencyChart(report, title: title).svg.utf8).write(to: URL(filePath: chart))
      }
      Terminal.line(json ? report.json.compact : LoadText(report).text)
      guard report.isGood else { throw ExitCode(1) }
    }
  }
}

/// A bar for one thing after the other.
private struct ProgressStages: Sendable {
  func show(_ label: String, _ done: Int, of total: Int) { ProgressLine(label).show(done, of: total) }
  func end() { ProgressLine("").end() }
}
