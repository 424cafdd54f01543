import FedowProtocol
import Foundation
import GRDB
import Synchronization
import TestKit
import Transport

/// A real tapd with its own store, its own bad network and its own reader.
final class KioskStand: Sendable {
  let proxy: FaultProxy
  let daemon: Daemon
  let desk: any CardDesk
  /// The disk of its store, where it can be filled.
  let disk: SmallDisk?
  /// Where tapd keeps what it must not lose.
  let directory: String
  private let home: String
  private let port = Mutex<UInt16>(0)
  private let api = HTTPConnection(
    label: "kiosk", limits: HTTPLimits(connectMilliseconds: 500, totalMilliseconds: 8000))

  init(_ number: Int, settings: RunSettings, directory: String) throws {
    let home = directory + "/kiosk-\(number)"
    (self.home, self.directory) = (home, home + "/data")
    try FileManager.default.createDirectory(
      atPath: self.directory, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    disk = settings.kinds.contains(.kioskDiskFull) ? SmallDisk(over: self.directory) : nil
    desk = try Self.desk(number, settings, home)
    let clock = settings.kinds.contains(.kioskClockStepped) ? SteppedClock(file: home + "/clock") : nil
    daemon = Daemon(
      settings.binaries + "/tapd", log: home + "/tapd.log", clock: clock, environment: desk.environment
    ) { ["run", "--config", home + "/tapd.toml"] }
    proxy = try FaultProxy(plan: Self.plan(settings, seed: settings.seed &+ UInt64(number) &* 1_000_003))
    proxy.calm()
  }

  /// The second kiosk has pcscd, the third a serial reader, where these are to be in trouble and can be had; the others a
  /// pipe.
  private static func desk(_ number: Int, _ settings: RunSettings, _ home: String) throws -> any CardDesk {
    if number % 3 == 1, settings.kinds.contains(.pcscdKilled), let desk = try? SmartCardDesk(directory: home) {
      return desk
    }
    if number % 3 == 2, settings.kinds.contains(.readerPulled), let desk = try? SerialDesk(directory: home) {
      return desk
    }
    return try TraceDesk(directory: home)
  }

  /// Whether there is something of this kiosk that the trouble can come to.
  func canHave(_ trouble: Trouble) -> Bool {
    switch trouble {
    case .kioskDiskFull: disk != nil
    case .kioskClockStepped: daemon.clock != nil
    case .pcscdKilled, .readerPulled: desk.trouble == trouble
    default: true
    }
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
      \(desk.configuration)

      """
    try settings.write(toFile: home + "/tapd.toml", atomically: true, encoding: .utf8)
  }

  func start() async throws {
    desk.prepare()
    let port = try await daemon.start()
    self.port.withLock { $0 = port }
  }

  func kill() { daemon.kill() }

  /// The end of all that belongs to it.
  func close() {
    daemon.kill()
    proxy.close()
    desk.close()
    disk?.remove()
  }

  /// A call of its local API; nil when it does not answer.
  func call(_ method: String, _ path: String, _ body: JSON? = nil) async -> (status: Int, json: JSON)? {
    let request = HTTPRequest(
      method: method, url: "http://127.0.0.1:\(port.withLock { $0 })" + path,
      headers: ["Content-Type: application/json"], body: body?.compactBytes, isRepeatable: false)
    guard let answer = try? await api.send(request) else { return nil }
    return (answer.status, (try? JSON.parse(answer.body)) ?? nil)
  }

  /// A row of its outbox.
  struct Row: Sendable {
    let id: String
    let state: String
  }

  /// Its outbox, without what takes debits back.
  func rows() throws -> [Row] {
    var configuration = Configuration()
    configuration.readonly = true
    configuration.busyMode = .timeout(10)
    let database = try DatabaseQueue(path: directory + "/kiosk.sqlite", configuration: configuration)
    return try database.read { database in
      try GRDB.Row.fetchAll(database, sql: "SELECT id, state FROM outbox WHERE voids IS NULL").map {
        Row(id: $0[0], state: $0[1])
      }
    }
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
