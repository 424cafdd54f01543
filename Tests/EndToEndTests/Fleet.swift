import FedowProtocol
import Foundation
import GRDB
import Kiosk
import Logging
import Model
import TestKit

/// Kiosks of one place in this process, each with a store and a key of its own, before a real ledgerd that can be stopped.
final class Fleet: Sendable {
  static let operatorTag = "0A0B0C0D"

  let kiosks: [TapKiosk]
  let proxy: FaultProxy
  private let folder = TemporaryFolder()
  private var data: [String] { ["--data", folder.path + "/ledger"] }

  /// - Parameters:
  ///   - cards: tag ids with what they hold, in minor units.
  ///   - policy: options of `ledgerd place policy`.
  ///   - plan: what the network does once the proxy is no longer calm.
  init(
    kiosks count: Int, cards: [(tag: String, money: Int64)], policy: [String],
    plan: FaultPlan = FaultPlan(seed: 0) { _ in 0 }
  ) async throws {
    proxy = try FaultProxy(plan: plan)
    proxy.calm()
    let data = ["--data", folder.path + "/ledger"]
    try Self.install(cards.map(\.tag), in: folder, data)
    try Program.run("ledgerd", ["place", "policy", "Bar"] + policy + data)
    let ledger = try Program("ledgerd", ["serve", "--port", "0"] + data)
    proxy.point(to: try Self.port(of: ledger))
    let (folder, proxy) = (folder, proxy)
    kiosks = try await withThrowingTaskGroup(of: TapKiosk.self) { group in
      for number in 0..<count {
        group.addTask { try await Self.kiosk(number, folder: folder, url: proxy.url) }
      }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    for card in cards {
      _ = try await kiosks[0].refill(card.tag, asset: nil, amount: Amount(minorUnits: card.money))
    }
    ledger.kill()
  }

  deinit { proxy.close() }

  private static func install(_ tags: [String], in folder: TemporaryFolder, _ data: [String]) throws {
    try Program.run("ledgerd", ["install", "--name", "Test", "--domain", "http://127.0.0.1:1"] + data)
    try Program.run("ledgerd", ["place", "create", "Bar"] + data)
    try Program.run(
      "ledgerd",
      ["asset", "create", "--place", "Bar", "--name", "Coin", "--currency", "COI", "--category", "TLF"] + data)
    let lines = ([operatorTag] + tags).map { "http://x.test/qr/\(UUID().uuidString.lowercased()),\($0),\($0)\n" }
    let file = try folder.write(lines.joined(), to: "cards.csv")
    try Program.run("ledgerd", ["card", "import", file, "--place", "Bar"] + data)
    try Program.run("ledgerd", ["card", "primary", "--place", "Bar", "--tag", operatorTag] + data)
  }

  private static func kiosk(
    _ number: Int, folder: TemporaryFolder, url: String, replacing: Bool = false
  ) async throws -> TapKiosk {
    let name = "Kiosk \(number)" + (replacing ? ", new key" : "")
    let made = try Program.run(
      "ledgerd", ["place", "enroll", "Bar", "--name", name, "--json", "--data", folder.path + "/ledger"])
    let code = try EnrolmentCode(parsing: try JSON.parse(made)["code"]?.text ?? "")
    var configuration = KioskConfiguration()
    configuration.dataDirectory = folder.path + "/kiosk-\(number)"
    configuration.primaryCard = operatorTag
    configuration.needsOperator = false
    // Sixteen at once, on a machine that runs other tests: slow is not away.
    configuration.timeouts = LedgerTimeouts(connect: 20_000, card: 20_000, debit: 30_000)
    let file = PairingFile(dataDirectory: configuration.dataDirectory)
    _ = try await DeviceEnrolment(file: file).run(code, name: nil, url: url, replacing: replacing)
    return try await TapKiosk.open(
      configuration, clock: MachineClock(), logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
  }

  private static func port(of ledger: Program) throws -> UInt16 {
    let line = try ledger.waitForLine("listening on")
    guard let port = line.split(separator: ":").last.flatMap({ UInt16($0) }) else {
      throw Program.Failure(description: "no port in '\(line)'")
    }
    return port
  }

  /// Starts the ledger, which runs until its value is gone.
  func startLedger() throws -> Program {
    let ledger = try Program("ledgerd", ["serve", "--port", "0"] + data)
    proxy.point(to: try Self.port(of: ledger))
    return ledger
  }

  /// The kiosk with another key, as after `tapctl pair CODE --replace` and a restart; its old key is revoked.
  func renewed(_ number: Int) async throws -> TapKiosk {
    let kiosk = try await Self.kiosk(number, folder: folder, url: proxy.url, replacing: true)
    try Program.run("ledgerd", ["place", "revoke-device", "Bar", "Kiosk \(number)"] + data)
    return kiosk
  }

  /// Lets each kiosk hear what it may do without the ledger. Only so long: their long polls, each of which holds a thread,
  /// are too many for one process.
  func learnPolicy() async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      for kiosk in kiosks { group.addTask { await kiosk.watch.run() } }
      for kiosk in kiosks {
        let patience = Patience()
        while !kiosk.policies.offline.isAllowed { try await patience.spend() }
        while (try? await kiosk.store.remembered("hotlist")).flatMap({ $0 }) == nil { try await patience.spend() }
      }
      group.cancelAll()
    }
    // A question that is broken off looks like a ledger that went away.
    for kiosk in kiosks { _ = kiosk.link.heard(at: .now()) }
  }

  /// Runs these kiosks, or all, while `body` plays.
  func run(_ some: [TapKiosk]? = nil, _ body: @escaping @Sendable () async throws -> Void) async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      for kiosk in some ?? kiosks {
        group.addTask { await kiosk.pipeline.run() }
        group.addTask { await kiosk.forwarder.run() }
      }
      defer { group.cancelAll() }
      try await body()
    }
  }

  /// `ledgerd verify`'s verdict.
  func isSound() throws -> Bool? {
    try JSON.parse(try Program.run("ledgerd", ["verify", "--json"] + data))["sound"]?.bool
  }

  /// Reads the ledger's file.
  func books<Value>(_ read: (Database) throws -> Value) throws -> Value {
    var configuration = Configuration()
    configuration.readonly = true
    configuration.busyMode = .timeout(10)
    return try DatabaseQueue(path: folder.path + "/ledger/ledger.sqlite", configuration: configuration).read(read)
  }

  /// What a card holds in the books.
  func money(_ tag: String) throws -> Int64? {
    try books { database in
      try Int64.fetchOne(
        database,
        sql: """
          SELECT sum(balance) FROM tokens JOIN cards ON cards.wallet = tokens.wallet WHERE first_tag_id = ?
          """, arguments: [tag])
    }
  }
}

extension TapKiosk {
  /// Opens a charge, taps a card, and gives the charge back as it is when nobody waits for it any more.
  func pay(_ amount: Int64, _ tag: String, _ description: String? = nil) async throws -> JSON {
    let news = events.watch()
    let charge = try await pipeline.open(amount: Amount(minorUnits: amount), description: description)
    let tap = Tap(
      reader: ReaderID("test"), uid: try TagUID(hex: tag), technology: .other, instant: MonotonicTime.now())
    await pipeline.handle(.tap(tap), at: .now())
    for await event in news where event.kind == .charge && event.data["id"]?.text == charge.id.text {
      if !["waiting", "deciding", "sent"].contains(event.data["state"]?.text) { return event.data }
    }
    throw Refusal(.chargeUnknown)
  }
}
