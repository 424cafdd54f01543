import ArgumentParser
import FedowProtocol

/// `tapctl readers`.
struct ReadersCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "readers", abstract: "List the readers and what they are doing.")

  @OptionGroup var options: KioskOptions

  func run() async throws {
    try await Terminal.run(json: options.json) {
      let answer = try await options.client.get("/v1/readers")
      if options.json { return Terminal.line(answer.compact) }
      let readers = answer["readers"]?.elements ?? []
      if let sentence = answer["sentence"]?.text { Terminal.line("\(sentence) (\(answer["code"]?.text ?? "?"))") }
      for reader in readers {
        let fault = reader["fault"]?.text.map { ": \($0)" } ?? ""
        Terminal.line("\(reader["state"]?.text ?? "?")\t\(reader["reader"]?.text ?? "?")\(fault)")
      }
    }
  }
}
