import ArgumentParser
import FedowProtocol
import Ledger
import Model

/// A single-use code for a further kiosk.
struct PlaceEnroll: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "enroll", abstract: "Print a single-use code for a further kiosk of a place, good for 15 minutes.",
    discussion: "The kiosk gets a key of its own; no other kiosk or till of the place loses its key.")

  @Argument(help: "The place's name or uuid.")
  var place: String

  @Option(name: .long, help: "What the kiosk is to be called, for instance 'Bar, left'.")
  var name: String

  @Option(name: .long, help: "The ledger's address as this kiosk reaches it; default: the one given to install.")
  var domain: String?

  @OptionGroup var options: StoreOptions

  func run() async throws {
    try await options.run {
      let made = try await Administration(store: try options.store()).enrolmentCode(
        place: place, name: name, domain: domain)
      return (
        ["code": JSON(made.code.text), "expires_at": JSON(made.expiresAt.wire), "name": JSON(name)],
        """
        A code for '\(name)', good once until \(made.expiresAt.wire):

        \(made.code.text)

        Next: on the kiosk, tapctl pair CODE
        """
      )
    }
  }
}

/// Shows the kiosks and tills of a place.
struct PlaceDevices: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "devices",
    abstract: "Show the kiosks and tills of a place, when each was last heard, and which are revoked.")

  @Argument(help: "The place's name or uuid.")
  var place: String

  @OptionGroup var options: StoreOptions

  func run() async throws {
    try await options.run {
      let devices = try await Administration(store: try options.store()).devices(place: place)
      return (
        .array(devices.map(\.json)),
        devices.map { device in
          let state =
            device.revokedAt.map { "revoked \($0.wire)" } ?? "last heard \(device.lastSeenAt?.wire ?? "never")"
          return "\(device.uuid)  \(device.name)  \(state)"
        }.joined(separator: "\n")
      )
    }
  }
}

/// Revokes a kiosk's key.
struct PlaceRevokeDevice: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "revoke-device",
    abstract: "Revoke the key of one kiosk or till; it opens nothing from the next request on.")

  @Argument(help: "The place's name or uuid.")
  var place: String

  @Argument(help: "The device's uuid or name, as 'ledgerd place devices' shows it.")
  var device: String

  @OptionGroup var options: StoreOptions

  func run() async throws {
    try await options.run {
      let device = try await Administration(store: try options.store()).revokeDevice(device, place: place)
      return (device.json, "Device '\(device.name)' \(device.uuid) is revoked.")
    }
  }
}
