import ArgumentParser
import FedowProtocol

/// `tapctl health`.
struct HealthCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "health", abstract: "Show how tapd is: paired, ledger, readers, outbox.")

  @OptionGroup var options: KioskOptions

  func run() async throws {
    try await Terminal.run(json: options.json) {
      let answer = try await options.client.get("/v1/health")
      if options.json { return Terminal.line(answer.compact) }
      for entry in answer.object?.entries ?? [] { Terminal.line("\(entry.key.string ?? ""): \(entry.value.compact)") }
    }
  }
}
