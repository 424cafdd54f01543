import ArgumentParser
import FedowProtocol
import Festival
import Model

/// `tapctl load prepare`.
struct LoadPrepareCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "prepare", abstract: "Pair the places of a festival's plan, and write down their keys.",
    discussion: """
      Each pairing string is used up by it. The file that is written holds the places' keys; it is readable by its owner
      alone, and what it opens are books for playing.
      """)

  @Argument(help: "The plan that `ledgerd festival --json` printed.", completion: .file(extensions: ["json"]))
  var plan: String

  @Option(help: "Where the prepared festival is written.")
  var output = "festival.json"

  @Option(help: "The ledger's address, when the one in the plan cannot be reached from here.")
  var url: String?

  @Flag(help: "Print JSON, for programs.")
  var json = false

  func run() async throws {
    try await Terminal.run(json: json) {
      let festival = try await FestivalEntry(try FestivalPlan(file: plan), url: url).prepare()
      try festival.write(to: output)
      let report: JSON = [
        "festival": JSON(output), "ledger_url": JSON(festival.ledgerURL), "places": JSON(Int64(festival.stalls.count)),
        "cards": JSON(Int64(festival.cards.count)),
      ]
      Terminal.line(
        json
          ? report.compact
          : "\(festival.stalls.count) places and \(festival.cards.count) cards are ready: tapctl load run \(output)")
    }
  }
}
