import ArgumentParser
import FedowProtocol
import Ledger

/// Shuts a place out.
struct PlaceDisable: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "disable", abstract: "Shut a place out from the next request on; its money and its keys stay.",
    discussion: "Let it in again with: ledgerd place enable")

  @Argument(help: "The place's name or uuid.")
  var place: String

  @OptionGroup var options: StoreOptions

  func run() async throws {
    try await options.run {
      try await Administration(store: try options.store()).setDisabled(true, place: place).accessReport
    }
  }
}

extension Books.Place {
  /// What `place disable` and `place enable` print.
  var accessReport: (json: JSON, text: String) {
    (
      ["uuid": JSON(uuid.text), "name": JSON(name), "disabled": .bool(isDisabled)],
      "Place '\(name)' is \(isDisabled ? "shut out" : "let in")."
    )
  }
}
