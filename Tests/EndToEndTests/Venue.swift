import FedowProtocol
import Foundation
import Model
import TestKit

/// A ledger with a place, its money and its cards, and a kiosk that is paired with it: all of it real processes.
final class Venue {
  static let uid = "04A1B2C3D4E5F6"
  static let operatorTag = "0A0B0C0D"

  private let folder = TemporaryFolder()
  private let home: String
  private let server: Program
  private let tapd: Program
  private let kioskPort: UInt16
  private let ledgerPort: UInt16

  /// Makes the books and starts both daemons; ends when the kiosk's API listens.
  init(readers: String, needsOperator: Bool = false, environment: [String: String] = [:]) throws {
    home = folder.path
    try FileManager.default.createDirectory(atPath: home + "/kiosk", withIntermediateDirectories: true)
    let data = ["--data", home + "/ledger"]
    let place = ["--place", "Bar du Port"]
    try Program.run("ledgerd", ["install", "--name", "Test", "--domain", "http://127.0.0.1:1"] + data)
    let made = try Program.run("ledgerd", ["place", "create", "Bar du Port", "--json"] + data)
    try Program.run(
      "ledgerd", ["asset", "create", "--name", "Euro du Bar", "--currency", "EUB", "--category", "TLF"] + place + data)
    let cards = """
      https://test.example/qr/0b1ef2d1-1111-4222-8333-944455556666,0B1EF2D1,\(Self.operatorTag)
      https://test.example/qr/1b1ef2d1-1111-4222-8333-944455556666,1B1EF2D1,\(Self.uid)

      """
    try cards.write(toFile: home + "/cards.csv", atomically: true, encoding: .utf8)
    try Program.run("ledgerd", ["card", "import", home + "/cards.csv", "--generation", "1"] + place + data)
    try Program.run("ledgerd", ["card", "primary", "--tag", Self.operatorTag] + place + data)
    server = try Program("ledgerd", ["serve", "--port", "0"] + data)
    ledgerPort = try Self.port(try server.waitForLine("listening on"))
    let pairing = try JSON.parse(made)["pairing"]?.text ?? ""
    try Program.run(
      "tapctl", ["pair", pairing, "--url", "http://127.0.0.1:\(ledgerPort)", "--data", home + "/kiosk"])
    let settings = """
      data_directory = "\(home)/kiosk"
      primary_card = "\(Self.operatorTag)"
      [operator]
      needed = \(needsOperator)
      [api]
      port = 0
      [readers]
      \(readers)

      """
    try settings.write(toFile: home + "/tapd.toml", atomically: true, encoding: .utf8)
    tapd = try Program("tapd", ["run", "--config", home + "/tapd.toml"], environment: environment)
    kioskPort = try Self.port(try tapd.waitForLine("listening on"))
  }

  /// Runs tapctl against this kiosk.
  @discardableResult
  func tapctl(_ arguments: [String]) throws -> JSON {
    try JSON.parse(try Program.run("tapctl", arguments + api + ["--json"]))
  }

  /// Runs ledgerd on this ledger, beside the server.
  @discardableResult
  func ledgerd(_ arguments: [String]) throws -> JSON {
    try JSON.parse(try Program.run("ledgerd", arguments + ["--data", home + "/ledger", "--json"]))
  }

  /// What tapctl prints for a person.
  func said(_ arguments: [String]) throws -> String { try Program.run("tapctl", arguments + api) }

  /// Starts tapctl, to be waited for or to fail.
  func start(_ arguments: [String], input: Pipe? = nil) throws -> Program {
    try Program("tapctl", arguments + api, input: input)
  }

  /// Pairs a further kiosk with this venue's ledger.
  func pair(_ code: String) throws -> JSON {
    let words = ["pair", code, "--url", "http://127.0.0.1:\(ledgerPort)", "--data", home + "/further", "--json"]
    return try JSON.parse(try Program.run("tapctl", words))
  }

  /// Starts a charge that is waited for.
  func charge(_ amount: String) throws -> Program {
    let charge = try Program("tapctl", ["charge", amount, "--wait"] + api)
    try charge.waitForLine("waiting")
    return charge
  }

  /// Asks the kiosk until it has seen the reader empty for so long: more than a card may flicker (`TapDetector.flicker`).
  func waitUntilReaderIsEmpty(for duration: Duration = .milliseconds(400)) throws {
    var since: ContinuousClock.Instant?
    while since.map({ ContinuousClock.now - $0 < duration }) ?? true {
      let isIdle = try tapctl(["readers"])["readers"]?.elements?.first?["state"]?.text == "idle"
      since = isIdle ? since ?? ContinuousClock.now : nil
    }
  }

  func waitForReader() throws { try tapd.waitForLine("state=idle") }

  func verify() throws -> JSON {
    try JSON.parse(try Program.run("ledgerd", ["verify", "--data", home + "/ledger", "--json"]))
  }

  /// Ends both daemons; their exit statuses.
  func close() -> [Int32] { [tapd.end(), server.end()] }

  private var api: [String] { ["--api", "http://127.0.0.1:\(kioskPort)"] }

  private static func port(_ line: String) throws -> UInt16 {
    guard let port = line.split(separator: ":").last.flatMap({ UInt16($0) }) else {
      throw Program.Failure(description: "no port in '\(line)'")
    }
    return port
  }
}
