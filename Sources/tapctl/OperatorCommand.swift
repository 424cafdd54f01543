import ArgumentParser
import FedowProtocol
import Model

/// `tapctl operator`.
struct OperatorCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "operator", abstract: "Open, show or close an operator's session at this kiosk.",
    discussion: "Refills, undo, settlements and changes of devices need one. It ends by itself.",
    subcommands: [OperatorOpenCommand.self, OperatorStatusCommand.self, OperatorCloseCommand.self])

  static func show(_ report: JSON, json: Bool) {
    if json { return Terminal.line(report.compact) }
    let card = report["card"]?.text.map { "\tcard \($0)" } ?? ""
    let left = report["ends_in_s"]?.int64.map { "\tends in \($0) s" } ?? ""
    Terminal.line("\(report["state"]?.text ?? "?")\(card)\(left)")
    if let sentence = report["sentence"]?.text { Terminal.line("  \(sentence) (\(report["code"]?.text ?? "?"))") }
  }
}

/// `tapctl operator open`.
struct OperatorOpenCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "open", abstract: "Wait for an operator's card, which opens a session.",
    discussion: "Ends with 0 when the session is open, 1 when the card is refused or none is tapped.")

  @OptionGroup var options: KioskOptions

  func run() async throws {
    try await Terminal.run(json: options.json) {
      for try await message in options.client.events() {
        switch message {
        case .opened:
          let asked = try await options.client.post("/v1/operator", [:])
          if !options.json { Terminal.line("Tap an operator's card (\(asked["state"]?.text ?? "?")).") }
        case .event("operator", let report):
          guard let state = report["state"]?.text, state == "open" || state == "closed" else { continue }
          OperatorCommand.show(report, json: options.json)
          throw ExitCode(state == "open" ? 0 : 1)
        default: continue
        }
      }
      throw Refusal(.daemonUnreachable)
    }
  }
}

/// `tapctl operator status`.
struct OperatorStatusCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status", abstract: "Show whether a session is open, and for how long.")

  @OptionGroup var options: KioskOptions

  func run() async throws {
    try await Terminal.run(json: options.json) {
      OperatorCommand.show(try await options.client.get("/v1/operator"), json: options.json)
    }
  }
}

/// `tapctl operator close`.
struct OperatorCloseCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "close", abstract: "End the session.")

  @OptionGroup var options: KioskOptions

  func run() async throws {
    try await Terminal.run(json: options.json) {
      OperatorCommand.show(try await options.client.delete("/v1/operator"), json: options.json)
    }
  }
}
