import ArgumentParser
import FedowProtocol

/// `tapctl watch`.
struct WatchCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "watch", abstract: "Print taps as JSON lines, until interrupted.")

  @OptionGroup var options: KioskOptions

  @Flag(help: "Also print what readers and charges do; each line then says its kind in `event`.")
  var all = false

  func run() async throws {
    try await Terminal.run(json: options.json) {
      for try await message in options.client.events() {
        guard case .event(let kind, let data) = message, all || kind == "tap" else { continue }
        var line = data.object ?? JSONObject()
        if all { line["event"] = JSON(kind) }
        Terminal.line(JSON.object(line).compact)
      }
    }
  }
}
