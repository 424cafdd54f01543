import ArgumentParser
import FedowProtocol
import Ledger

/// The places of the federation.
struct PlaceCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "place",
    abstract: "Places: create, list, pair, their devices, their policy, accept, rotate-key, disable.",
    subcommands: [
      PlaceCreate.self, PlaceList.self, PlacePair.self, PlaceEnroll.self, PlaceDevices.self, PlaceRevokeDevice.self,
      PlacePolicy.self, PlaceAccept.self, PlaceRotateKey.self, PlaceDisable.self, PlaceEnable.self,
    ])
}

/// Makes a place.
struct PlaceCreate: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "create", abstract: "Make a place and print the pairing string for its first kiosk or till.")

  @Argument(help: "The place's name.")
  var name: String

  @Option(name: .long, help: "The ledger's address as this place reaches it; default: the one given to install.")
  var domain: String?

  @OptionGroup var options: StoreOptions

  func run() async throws {
    try await options.run {
      try await Administration(store: try options.store()).createPlace(name: name, domain: domain).printout
    }
  }
}

/// A further pairing string.
struct PlacePair: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pair", abstract: "Print a further pairing string, for another kiosk of the place.")

  @Argument(help: "The place's name or uuid.")
  var place: String

  @Option(name: .long, help: "The ledger's address as this place reaches it; default: the one given to install.")
  var domain: String?

  @OptionGroup var options: StoreOptions

  func run() async throws {
    try await options.run {
      try await Administration(store: try options.store()).pairAgain(place: place, domain: domain).printout
    }
  }
}

/// Shows the places.
struct PlaceList: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "list", abstract: "Show all places.")

  @OptionGroup var options: StoreOptions

  func run() async throws {
    try await options.run {
      let places = try await Administration(store: try options.store()).places()
      return (
        .array(places.map(\.answer.json)),
        places.map { "\($0.uuid)  \($0.name)\($0.isDisabled ? "  (disabled)" : "")" }.joined(separator: "\n")
      )
    }
  }
}

extension Administration.Pairing {
  /// What `place create` and `place pair` print.
  var printout: (json: JSON, text: String) {
    (
      [
        "uuid": JSON(place.uuid.text), "name": JSON(place.name), "wallet": JSON(place.wallet.text),
        "pairing": JSON(pairing.text), "expires_at": JSON(expiresAt.wire),
      ],
      """
      Place '\(place.name)' \(place.uuid)
      Its pairing string, good for one handshake until \(expiresAt.wire):

      \(pairing.text)

      Next: on the kiosk, tapctl pair STRING; here, ledgerd asset create and ledgerd card import
      """
    )
  }
}
