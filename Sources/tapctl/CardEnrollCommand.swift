import ArgumentParser
import FedowProtocol
import Kiosk
import Model

/// `tapctl card enroll`.
struct CardEnrollCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "enroll", abstract: "Make new cards known: hold one after the other to the reader.",
    discussion: """
      Each card is known as soon as it is printed. u and Enter takes the last one back; Enter or Ctrl-D ends.
      With --number-template 'A####' the cards are numbered A0001, A0002, ...; without it the ledger makes the numbers.
      """)

  @Option(help: "The batch.")
  var generation: Int64 = 1

  @Option(help: "How the printed numbers count: letters and digits around one row of #.")
  var numberTemplate: String?

  @Option(help: "The count to begin with.")
  var first = 1

  @OptionGroup var options: KioskOptions

  func validate() throws {
    guard numberTemplate.map({ NumberTemplate($0) != nil }) ?? true else {
      throw ValidationError("A template is letters and digits around one row of #, like A####.")
    }
  }

  func run() async throws {
    try await Terminal.run(json: options.json) {
      var desk = EnrolmentDesk(
        client: options.client, generation: generation, template: numberTemplate.flatMap { NumberTemplate($0) },
        first: first, json: options.json)
      let count = try await desk.run()
      if !options.json { Terminal.line("\(count) cards are known now.") }
    }
  }
}
