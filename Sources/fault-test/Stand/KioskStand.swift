import FedowProtocol
import Foundation
import GRDB
import Glibc
import Synchronization
import TestKit
import Transport

/// A real tapd with its own store, its own bad network, and a pipe for a reader.
final class KioskStand: Sendable {
  let proxy: FaultProxy
  let directory: String
  private let daemon: Daemon
  private let pipe: Int32
  private let port = Mutex<UInt16>(0)
  private let api = HTTPConnection(
    label: "kiosk", limits: HTTPLimits(connectMilliseconds: 500, totalMilliseconds: 8000))

  init(_ number: Int, settings: RunSettings, directory: String) throws {
    self.directory = directory + "/kiosk-\(number)"
    try FileManager.default.createDirectory(
      atPath: self.directory, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    let config = self.directory + "/tapd.toml"
    daemon = Daemon(settings.binaries + "/tapd", log: self.directory + "/tapd.log") { ["run", "--config", config] }
    proxy = try FaultProxy(plan: Self.plan(settings, seed: settings.seed &+ UInt64(number) &* 1_000_003))
    proxy.calm()
    guard mkfifo(self.directory + "/reader", 0o600) == 0 else { throw Breach("no named pipe") }
    pipe = open(self.directory + "/reader", O_RDWR | O_NONBLOCK | O_CLOEXEC)
  }

  /// No request about money is spared; a Fedow server cannot stand a sale that arrives twice, whoever sends it.
  private static func plan(_ settings: RunSettings, seed: UInt64) -> FaultPlan {
    let kinds = NetworkFault.allCases.filter { fault in
      settings.isPlanted ? fault.repeats : settings.ledger == .ledgerd || !fault.repeats
    }
    return FaultPlan(seed: seed, kinds: kinds, slow: .milliseconds(60), late: .milliseconds(700)) { request in
      if request.path.contains("/hotlist/") || request.path.contains("/policy/") { return 0.05 }
      let isAboutDebit = request.method == "POST" || request.path.contains("debits")
      return isAboutDebit ? settings.faultShare : settings.faultShare / 5
    }
  }

  func configure(_ ledger: any LedgerStand) throws {
    let settings = """
      data_directory = "\(directory)"
      primary_card = "\(TestCard.operatorTag)"
      \(ledger.kioskSettings.top)
      [operator]
      needed = false
      [api]
      port = 0
      [charge]
      expires_after_s = 5
      [ledger]
      connect_timeout_ms = 300
      card_timeout_ms = 400
      debit_timeout_ms = 500
      \(ledger.kioskSettings.ledger)
      [readers]
      pcsc = false
      trace = "\(directory)/reader"
      trace_pace = "live"

      """
    try settings.write(toFile: directory + "/tapd.toml", atomically: true, encoding: .utf8)
  }

  func start() async throws {
    // A reader keeps no card's presence for a daemon that was dead; a pipe would.
    var forgotten = [UInt8](repeating: 0, count: 65_536)
    while read(pipe, &forgotten, forgotten.count) > 0 {}
    let port = try await daemon.start()
    self.port.withLock { $0 = port }
  }

  func kill() { daemon.kill() }

  /// A card at a reader that was empty before.
  func present(_ tag: String, at reader: String) {
    let line = "{\"at_ns\": 1, \"reader\": \"\(reader)\", \"field\": \"tag\", \"uid\": \"\(tag)\"}\n"
    _ = write(pipe, line, line.utf8.count)
  }

  /// A call of its local API; nil when it does not answer.
  func call(_ method: String, _ path: String, _ body: JSON? = nil) async -> (status: Int, json: JSON)? {
    let request = HTTPRequest(
      method: method, url: "http://127.0.0.1:\(port.withLock { $0 })" + path,
      headers: ["Content-Type: application/json"], body: body?.compactBytes, isRepeatable: false)
    guard let answer = try? await api.send(request) else { return nil }
    return (answer.status, (try? JSON.parse(answer.body)) ?? nil)
  }

  /// The ids of all charges that its store has.
  func charges() throws -> [String] {
    var configuration = Configuration()
    configuration.readonly = true
    configuration.busyMode = .timeout(10)
    let database = try DatabaseQueue(path: directory + "/kiosk.sqlite", configuration: configuration)
    return try database.read { try String.fetchAll($0, sql: "SELECT id FROM charges ORDER BY created_at") }
  }
}
