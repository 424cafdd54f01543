import ArgumentParser
import Ledger

/// Says for a place that it agrees.
struct ClearingAgree: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "agree", abstract: "Say for a place that it agrees to its position.",
    discussion:
      "What then waits for nobody is posted at once. A place that has a key says so itself by its signature."
  )

  @OptionGroup var which: ClearingPart

  @Option(name: .long, help: "The place that agrees: name or uuid.")
  var place: String

  @OptionGroup var options: StoreOptions

  func run() async throws {
    try await options.say { try await $0.agreeToClearing(which.clearing, place: place, part: which.part) }
  }
}
