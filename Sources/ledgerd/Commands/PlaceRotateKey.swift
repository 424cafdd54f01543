import ArgumentParser
import FedowProtocol
import Ledger

/// Ends a place's keys.
struct PlaceRotateKey: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rotate-key", abstract: "End every key of a place at once and print a new pairing string.",
    discussion: """
      For a kiosk that was stolen or a key that was seen. Every kiosk, till and ticketing server of the place is
      answered 403 from the next request on, until it is paired again: the first with the string printed here, each
      further one with a string of 'ledgerd place pair', or a code of 'ledgerd place enroll'. To end the key of one
      kiosk alone: ledgerd place revoke-device. The place's money, cards and history stay. Taps that a kiosk
      holds in its outbox are kept there and sent once it is paired again.
      """)

  @Argument(help: "The place's name or uuid.")
  var place: String

  @Option(name: .long, help: "The ledger's address as this place reaches it; default: the one given to install.")
  var domain: String?

  @OptionGroup var options: StoreOptions

  func run() async throws {
    try await options.run {
      let rotation = try await Administration(store: try options.store()).rotateKey(place: place, domain: domain)
      let (pairing, stopped) = (rotation.pairing, rotation.stoppedKeys)
      return (
        [
          "uuid": JSON(pairing.place.uuid.text), "name": JSON(pairing.place.name), "stopped_keys": JSON(Int64(stopped)),
          "pairing": JSON(pairing.pairing.text), "expires_at": JSON(pairing.expiresAt.wire),
        ],
        """
        \(stopped) keys of '\(pairing.place.name)' open nothing any more.
        The new pairing string, good for one handshake until \(pairing.expiresAt.wire):

        \(pairing.pairing.text)

        Pair again every kiosk (tapctl pair STRING), till and ticketing server of the place; for each after the first
        make a further string with: ledgerd place pair '\(pairing.place.name)'
        """
      )
    }
  }
}
