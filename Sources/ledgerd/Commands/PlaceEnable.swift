import ArgumentParser
import Ledger

/// Lets a place in again.
struct PlaceEnable: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "enable", abstract: "Let a place in again that was disabled, with the keys that it had.")

  @Argument(help: "The place's name or uuid.")
  var place: String

  @OptionGroup var options: StoreOptions

  func run() async throws {
    try await options.run {
      try await Administration(store: try options.store()).setDisabled(false, place: place).accessReport
    }
  }
}
