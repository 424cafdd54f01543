import ArgumentParser
import FedowProtocol
import Glibc
import Kiosk
import Model

/// `tapctl pair`.
struct PairCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pair", abstract: "Pair this kiosk with a place of a ledger.",
    discussion: """
      Makes the kiosk's RSA key and stores it with the ledger's answer in DATA/pairing.json, mode 0600.
      With a code of `ledgerd place enroll` or `tapctl devices invite` the kiosk becomes a further device of its place, and
      touches no other's key. With the pairing string of a place it takes the key of that place's till: if a till uses this
      place already, it is cut off. The command warns of that unless --as-the-till says that it is meant.
      To give a paired kiosk another key: `tapctl devices invite NAME`, `tapctl pair CODE --replace`, restart tapd, and
      `tapctl devices revoke` for the old one. What waits in the outbox stays, and is posted under the new key.
      """)

  @Argument(help: "The enrolment code, or the pairing string that `ledgerd place create` printed.")
  var string: String

  @Option(help: "What this kiosk is called among the place's devices.")
  var name: String?

  @Flag(help: "Take the till's key of the place, though a till that uses it is cut off by that.")
  var asTheTill = false

  @Option(help: "tapd's data directory.")
  var data = "/var/lib/tapd"

  @Option(help: "The ledger's address, when the one in the string cannot be reached from here.")
  var url: String?

  @Flag(help: "Lose the pairing that this kiosk has, not its outbox; restart tapd afterwards.")
  var replace = false

  @Flag(help: "Print JSON, for programs.")
  var json = false

  func run() async throws {
    try await Terminal.run(json: json) {
      let pairing = try await pair()
      let report: JSON = [
        "device": JSON(pairing.device?.text),
        "ledger_url": JSON(pairing.ledgerURL), "place": JSON(pairing.place.text),
        "place_wallet": JSON(pairing.placeWallet.text),
      ]
      Terminal.line(
        json
          ? report.compact
          : "Paired with \(pairing.ledgerURL) as place \(pairing.place), wallet \(pairing.placeWallet).")
    }
  }

  private func pair() async throws(Refusal) -> Pairing {
    let file = PairingFile(dataDirectory: data)
    if let code = try? EnrolmentCode(parsing: string) {
      return try await DeviceEnrolment(file: file).run(code, name: name, url: url, replacing: replace)
    }
    let pairing = try PairingString(parsing: string)
    if !asTheTill { try warn() }
    return try await PairingHandshake(file: file).run(pairing, url: url, replacing: replace)
  }

  /// Says whose key is taken; on a terminal it wants an answer first.
  private func warn() throws(Refusal) {
    let warning =
      "tapctl: takes the key of the place's till; a till that uses this place is cut off (--as-the-till).\n"
    _ = warning.withCString { write(STDERR_FILENO, $0, strlen($0)) }
    guard isatty(STDIN_FILENO) == 1 else { return }
    Terminal.line("Go on? [y/N]")
    guard ["y", "yes", "o", "oui"].contains((readLine() ?? "").lowercased()) else {
      throw Refusal(.pairingInvalid, "Nothing was changed. For a device of its own: ledgerd place enroll")
    }
  }
}
