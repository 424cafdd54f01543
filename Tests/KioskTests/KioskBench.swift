import FedowProtocol
import GRDB
import Kiosk
import Logging
import Model
import TestKit
import Testing

extension TemporaryFolder {
  /// Another connection to the kiosk's file, with which a test breaks and mends the disk.
  func kioskDisk() throws -> DatabaseQueue {
    var configuration = Configuration()
    configuration.busyMode = .timeout(60)
    return try DatabaseQueue(path: path + "/kiosk.sqlite", configuration: configuration)
  }

  /// The kiosk's store here.
  func kioskStore(on disk: TroubledDisk?) throws -> KioskStore {
    guard let disk else { return try KioskStore(path: path + "/kiosk.sqlite") }
    return try KioskStore(path: path + "/kiosk.sqlite", digest: TroubledDisk.digest, pace: disk.pace)
  }
}

/// A whole kiosk on a real store, with a scripted ledger and a clock of the test's own.
struct KioskBench {
  let directory: TemporaryFolder
  let clock: ManualClock
  let ledger: ScriptedLedger
  let kiosk: TapKiosk

  init(
    directory: TemporaryFolder = TemporaryFolder(), clock: ManualClock = .init(), ledger: ScriptedLedger = .init(),
    disk: TroubledDisk? = nil
  ) async throws {
    self.directory = directory
    self.clock = clock
    self.ledger = ledger
    var configuration = KioskConfiguration()
    configuration.dataDirectory = directory.path
    kiosk = await TapKiosk(
      configuration: configuration, store: try directory.kioskStore(on: disk),
      ledgers: LedgerSource { () throws(Refusal) -> (any LedgerLink)? in ledger }, clock: clock,
      backoff: Backoff(jitter: { 0 }), logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    try await kiosk.recover(at: clock.wallTime())
  }

  /// Runs the kiosk while `body` plays; the kiosk is then cut off, as by a kill between two steps.
  func run<Value: Sendable>(_ body: @escaping @Sendable (KioskBench) async throws -> Value) async throws -> Value {
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { await kiosk.pipeline.run() }
      group.addTask { await kiosk.forwarder.run() }
      let value = try await body(self)
      group.cancelAll()
      return value
    }
  }

  func tap(_ uid: String = "68B87420") async throws {
    let tap = Tap(
      reader: ReaderID("test"), uid: try TagUID(hex: uid), technology: .mifareClassic1K, instant: clock.now())
    await kiosk.pipeline.handle(.tap(tap), at: clock.now())
  }

  /// The next state of this charge that is one of these words. The events are watched from before the cause.
  static func state(
    of charge: EntityID, in words: Set<String>, from events: inout AsyncStream<KioskEvent>.AsyncIterator
  ) async throws -> JSON {
    while let event = await events.next() {
      guard event.kind == .charge, event.data["id"]?.text == charge.text,
        let word = event.data["state"]?.text, words.contains(word)
      else { continue }
      return event.data
    }
    throw Refusal(.notFound, "the events ended before the charge was \(words)")
  }
}
