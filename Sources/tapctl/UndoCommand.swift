import ArgumentParser
import FedowProtocol
import Model

/// `tapctl undo`.
struct UndoCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "undo", abstract: "Take the last charge of this till back.",
    discussion: """
      Once, within the place's window (10 minutes unless it says otherwise), under an operator's card: tapctl operator open.
      Ends with 0 when the money is back on the cards, 2 when the ledger refused, 4 when it has not answered yet; the void
      then stands in the outbox and is sent until it does.
      """)

  @Argument(help: "The charge's id; without it whichever was the last.")
  var charge: String?

  @OptionGroup var options: KioskOptions

  func run() async throws {
    try await Terminal.run(json: options.json) {
      var voided = try await options.client.post(
        "/v1/charges/\(charge.map { Terminal.pathPart($0) } ?? "last")/void", [:])
      let path = "/v1/charges/\(voided["id"]?.text ?? "")"
      for _ in 0..<20 where voided["state"]?.text == "voiding" {
        try await Task.sleep(for: .milliseconds(250))
        voided = try await options.client.get(path)
      }
      ChargeText.show(voided, json: options.json)
      switch voided["state"]?.text {
      case "voided": return
      case "voiding": throw ExitCode(4)
      default: throw ExitCode(2)
      }
    }
  }
}
