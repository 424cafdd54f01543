import ArgumentParser
import FedowProtocol

/// `tapctl audit`.
struct AuditCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "audit", abstract: "Show what was done under which operator's card at this kiosk.")

  @Option(help: "Only lines after the one with this number.")
  var since: Int64 = 0

  @OptionGroup var options: KioskOptions

  func run() async throws {
    try await Terminal.run(json: options.json) {
      let answer = try await options.client.get("/v1/audit?since=\(since)")
      if options.json { return Terminal.line(answer.compact) }
      for line in answer["audit"]?.elements ?? [] {
        let words = ["at", "what", "operator_card", "subject", "detail"].map { line[$0]?.text ?? "-" }
        Terminal.line("\(line["sequence"]?.int64 ?? 0)\t" + words.joined(separator: "\t"))
      }
    }
  }
}
