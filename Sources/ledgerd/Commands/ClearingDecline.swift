import ArgumentParser
import Ledger

/// Says for a place that it declines.
struct ClearingDecline: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "decline", abstract: "Say for a place that it declines, for good.")

  @OptionGroup var which: ClearingPart

  @Option(name: .long, help: "The place that declines: name or uuid.")
  var place: String

  @Option(name: .long, help: "Why.")
  var reason: String?

  @OptionGroup var options: StoreOptions

  func run() async throws {
    try await options.say {
      try await $0.declineClearing(which.clearing, place: place, part: which.part, reason: reason)
    }
  }
}
