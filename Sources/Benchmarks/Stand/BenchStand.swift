import Foundation
import Kiosk

/// A ledger, a kiosk paired with it, and a card with money: the real programs on this disk.
final class BenchStand {
  static let card = "AB12CD34"
  private static let operatorCard = "0FE1D2C3"

  let directory: String
  let dataDirectory: String
  let tracePath: String
  let kiosk: LocalService
  private let tapd: Program
  private let kioskPort: Int
  private let ledgerd: RunningProgram
  private var runningKiosk: RunningProgram?

  init(directory: String, binaries: String) async throws {
    self.directory = directory
    dataDirectory = directory + "/tapd"
    tracePath = directory + "/reader"
    kioskPort = try LoopbackPort.free()
    kiosk = LocalService(port: kioskPort)
    tapd = Program(path: binaries + "/tapd")
    guard mkfifo(tracePath, 0o600) == 0 else { throw BenchError("no named pipe can be made in \(directory)") }
    let ledgerPort = try LoopbackPort.free()
    let pairing = try Self.install(
      Program(path: binaries + "/ledgerd"), directory: directory, address: "http://127.0.0.1:\(ledgerPort)")
    ledgerd = try Program(path: binaries + "/ledgerd").start(
      ["serve", "--data", directory + "/ledger", "--port", "\(ledgerPort)"], log: directory + "/ledgerd.log")
    try await LocalService(port: ledgerPort).waitUntilReady("/helloworld/")
    _ = try Program(path: binaries + "/tapctl").answer(["pair", pairing, "--data", dataDirectory])
    try await startKiosk(.trace)
    _ = try await kiosk.post("/v1/refills", ["card": .init(Self.card), "amount": 1_000_000_000])
  }

  /// Where tapd's taps come from.
  enum Reader { case trace, pcsc }

  /// Starts tapd anew, with one kind of reader.
  /// - Returns: when the process was made.
  @discardableResult
  func startKiosk(_ reader: Reader) async throws -> ContinuousClock.Instant {
    runningKiosk?.stop()
    let isTrace = reader == .trace
    let configuration = """
      data_directory = "\(dataDirectory)"
      primary_card = "\(Self.operatorCard)"
      [operator]
      needed = false
      [api]
      port = \(kioskPort)
      [readers]
      pcsc = \(!isTrace)
      trace = "\(isTrace ? tracePath : "")"
      trace_pace = "live"

      """
    try Data(configuration.utf8).write(to: URL(filePath: directory + "/tapd.toml"))
    let begin = ContinuousClock.now
    runningKiosk = try tapd.start(["run", "--config", directory + "/tapd.toml"], log: directory + "/tapd.log")
    try await kiosk.waitUntilReady("/v1/health")
    return begin
  }

  /// tapd's process.
  var kioskProcess: ProcessStatistics {
    get throws {
      guard let runningKiosk else { throw BenchError("tapd does not run") }
      return ProcessStatistics(id: runningKiosk.id)
    }
  }

  func stop() {
    runningKiosk?.stop()
    ledgerd.stop()
  }

  /// - Returns: the pairing string of the place.
  private static func install(_ ledgerd: Program, directory: String, address: String) throws -> String {
    let data = ["--data", directory + "/ledger"]
    _ = try ledgerd.answer(["install", "--name", "Benchmark", "--domain", address] + data)
    let place = try ledgerd.answer(["place", "create", "Bar"] + data)
    guard let pairing = place["pairing"]?.text else { throw BenchError("ledgerd gave no pairing string") }
    _ = try ledgerd.answer(
      ["asset", "create", "--place", "Bar", "--name", "Coin", "--currency", "COI", "--category", "TLF"] + data)
    let lines = [card, operatorCard].enumerated().map { number, tag in
      "\(address)/qr/0000000\(number)-0000-4000-8000-000000000000,\(tag),\(tag)\n"
    }
    try Data(lines.joined().utf8).write(to: URL(filePath: directory + "/cards.csv"))
    _ = try ledgerd.answer(["card", "import", directory + "/cards.csv", "--place", "Bar"] + data)
    _ = try ledgerd.answer(["card", "primary", "--place", "Bar", "--tag", operatorCard] + data)
    return pairing
  }
}
