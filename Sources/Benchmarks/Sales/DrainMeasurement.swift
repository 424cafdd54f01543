import FedowProtocol
import Foundation
import Kiosk
import Logging
import Model

/// How fast what a kiosk took without its ledger reaches the ledger when it is back: the kiosk's own outbox on this disk,
/// the genuine client, and `ledgerd` over HTTP.
struct DrainMeasurement {
  private static let rounds = 15
  private static let cardCount = 200

  let ledger: SalesLedger
  let server: LedgerServer
  let directory: String

  /// Takes the debits, brings the ledger back, and counts until the outbox is empty.
  func run() async throws -> [Figure] {
    _ = try Program(path: server.binaries + "/ledgerd").answer([
      "place", "policy", "Bar", "--offline", "on", "--offline-per-card", "1000.00", "--offline-per-device", "100000.00",
      "--data", ledger.dataDirectory,
    ])
    let port = try LoopbackPort.free()
    let kiosk = try await kiosk(port: port)
    return try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { await kiosk.pipeline.run() }
      group.addTask { await kiosk.forwarder.run() }
      defer { group.cancelAll() }
      try await takeOffline(kiosk, port: port)
      return [Figure("outbox_drain_per_s", try await drain(kiosk, port: port))]
    }
  }

  private func kiosk(port: Int) async throws -> TapKiosk {
    var configuration = KioskConfiguration()
    configuration.dataDirectory = directory + "/drain"
    configuration.needsOperator = false
    try FileManager.default.createDirectory(atPath: configuration.dataDirectory, withIntermediateDirectories: true)
    let dialect = NativeDialect(
      primaryCard: nil,
      identity: NativeDialect.Identity(place: ledger.place, placeWallet: ledger.placeWallet, device: nil))
    let pairing = Pairing(
      ledgerURL: "http://127.0.0.1:\(port)", place: ledger.place, placeWallet: ledger.placeWallet,
      credentials: ledger.credentials)
    let client = LedgerClient(pairing: pairing, dialect: dialect, timeouts: configuration.timeouts)
    return await TapKiosk(
      configuration: configuration, store: try KioskStore(path: configuration.dataDirectory + "/kiosk.sqlite"),
      ledgers: LedgerSource { () throws(Refusal) -> (any LedgerLink)? in client }, clock: MachineClock(),
      logger: Logger(label: "bench") { _ in SwiftLogNoOpLogHandler() })
  }

  /// Each card once with the ledger, so that the kiosk knows it, and then without.
  private func takeOffline(_ kiosk: TapKiosk, port: Int) async throws {
    let program = try await server.serve(ledger, port: port)
    let watching = Task { await kiosk.watch.run() }
    while !kiosk.policies.offline.isAllowed { try await Task.sleep(for: .milliseconds(5)) }
    while try await kiosk.store.remembered("hotlist") == nil { try await Task.sleep(for: .milliseconds(5)) }
    watching.cancel()
    await watching.value
    _ = kiosk.link.heard(at: .now())
    let cards = ledger.cards.prefix(Self.cardCount)
    for card in cards { try await pay(kiosk, card.tag, until: "paid") }
    program.stop()
    for _ in 0..<Self.rounds {
      for card in cards { try await pay(kiosk, card.tag, until: "paid_offline") }
    }
  }

  private func drain(_ kiosk: TapKiosk, port: Int) async throws -> Double {
    let program = try await server.serve(ledger, port: port)
    defer { program.stop() }
    let begin = ContinuousClock.now
    await kiosk.forwarder.hurry()
    while try await !kiosk.store.waitingRows().isEmpty { try await Task.sleep(for: .milliseconds(10)) }
    let seconds = (ContinuousClock.now - begin).milliseconds / 1000
    let posted = try await kiosk.store.outboxCounts()[.posted] ?? 0
    guard posted == Self.cardCount * (Self.rounds + 1) else { throw BenchError("\(posted) debits were posted") }
    return Double(Self.cardCount * Self.rounds) / seconds
  }

  private func pay(_ kiosk: TapKiosk, _ tag: String, until word: String) async throws {
    let news = kiosk.events.watch()
    let charge = try await kiosk.pipeline.open(amount: Amount(minorUnits: 1), description: nil)
    let tap = Tap(reader: ReaderID("bench"), uid: try TagUID(hex: tag), technology: .other, instant: .now())
    await kiosk.pipeline.handle(.tap(tap), at: .now())
    for await event in news where event.kind == .charge && event.data["id"]?.text == charge.id.text {
      let state = event.data["state"]?.text ?? ""
      if ["waiting", "deciding", "sent"].contains(state) { continue }
      guard state == word else { throw BenchError("a charge is \(state): \(event.data["sentence"]?.text ?? "")") }
      return
    }
  }
}
