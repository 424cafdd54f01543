import FedowProtocol
import Kiosk
import Logging
import Model
import TestKit
import Testing

/// A kiosk on a real store before a `VenueLedger`, with what its place allows offline learned already.
struct VenueBench {
  static let operatorCard = "0A0B0C0D"

  let directory: TemporaryFolder
  let clock: ManualClock
  let ledger: VenueLedger
  let kiosk: TapKiosk
  private let outboxLimit: Int
  private let disk: TroubledDisk?

  init(
    directory: TemporaryFolder = TemporaryFolder(), clock: ManualClock = .init(), ledger: VenueLedger = .init(),
    outboxLimit: Int = 20_000, disk: TroubledDisk? = nil
  ) async throws {
    self.disk = disk
    self.directory = directory
    self.clock = clock
    self.ledger = ledger
    self.outboxLimit = outboxLimit
    var configuration = KioskConfiguration()
    configuration.dataDirectory = directory.path
    configuration.outboxLimit = outboxLimit
    kiosk = await TapKiosk(
      configuration: configuration, store: try directory.kioskStore(on: disk),
      ledgers: LedgerSource { () throws(Refusal) -> (any LedgerLink)? in ledger }, clock: clock,
      backoff: Backoff(jitter: { 0 }), logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    try await kiosk.recover(at: clock.wallTime())
  }

  /// The same kiosk after a restart.
  func restarted() async throws -> VenueBench {
    try await VenueBench(directory: directory, clock: clock, ledger: ledger, outboxLimit: outboxLimit, disk: disk)
  }

  /// Lets the kiosk hear hotlist and policy once.
  func hear() async throws {
    let policy = try await ledger.call("GET", "/v1/policy/", body: nil, patience: .zero)
    kiosk.policies.learn(try #require(KioskPolicy(policy)))
    try await kiosk.store.remember(policy: policy, at: clock.wallTime())
    let list = try await ledger.call("GET", "/v1/hotlist/?since=0&wait=0", body: nil, patience: .zero)
    try await take(list)
    _ = kiosk.link.heard(at: clock.wallTime())
  }

  /// Lets the kiosk take a hotlist.
  func take(_ list: JSON) async throws {
    let version = try await kiosk.store.hotlistVersion()
    try await kiosk.store.apply(try #require(Hotlist(list)), since: version, at: clock.wallTime())
  }

  /// Starts the kiosk anew, as after a restart, and cuts it off when `body` has played: a daemon runs once.
  func run<Value: Sendable>(_ body: @escaping @Sendable (VenueBench) async throws -> Value) async throws -> Value {
    let bench = try await restarted()
    return try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { await bench.kiosk.pipeline.run() }
      group.addTask { await bench.kiosk.forwarder.run() }
      let value = try await body(bench)
      group.cancelAll()
      return value
    }
  }

  func tap(_ card: String) async throws {
    let tap = Tap(
      reader: ReaderID("test"), uid: try TagUID(hex: card), technology: .mifareClassic1K, instant: clock.now())
    await kiosk.pipeline.handle(.tap(tap), at: clock.now())
  }

  /// Opens a charge, taps this card, and gives the charge when it is no longer being decided.
  func pay(
    _ amount: Int64, _ card: String, terms: ChargeTerms = ChargeTerms(),
    until words: Set<String> = ["paid", "paid_offline", "partly_paid", "refused", "unknown"]
  ) async throws -> JSON {
    var events = kiosk.events.watch().makeAsyncIterator()
    let charge = try await kiosk.pipeline.open(amount: Amount(minorUnits: amount), description: nil, terms: terms)
    try await tap(card)
    let paid = try await KioskBench.state(of: charge.id, in: words, from: &events)
    try await handedOver()
    return paid
  }

  /// What is accepted offline is said a moment before the forwarder has it: who tells the forwarder to hurry before that tells
  /// it in vain, and on a clock that stands still it rests for ever.
  func handedOver() async throws {
    let patience = Patience()
    for (id, wallet) in try await kiosk.store.waitingRows() {
      while let row = try await kiosk.store.row(id), row.isOffline, !row.state.isFinal,
        await !kiosk.forwarder.isBusy(with: wallet)
      { try await patience.spend() }
    }
  }

  /// Waits for a state that comes without anything more being done.
  func wait(for word: String, of charge: EntityID) async throws -> JSON {
    let patience = Patience()
    while true {
      let now = try await kiosk.pipeline.charge(charge).json
      if now["state"]?.text == word {
        try await handedOver()
        return now
      }
      try await patience.spend()
    }
  }

  func openSession() async throws {
    ledger.script {
      $0.operators.insert(Self.operatorCard); $0.balances[Self.operatorCard] = 0
    }
    _ = try await kiosk.pipeline.askForOperator()
    try await tap(Self.operatorCard)
    let patience = Patience()
    while await kiosk.pipeline.operatorReport()["state"] != "open" { try await patience.spend() }
  }

  /// Pays, and asks for it back, which the ledger refuses from now on; the charge then is what it was.
  func payAndUndoInVain(_ amount: Int64, _ card: String, because refusal: Refusal) async throws -> EntityID {
    let charge = try Self.id(try await pay(amount, card))
    try await openSession()
    ledger.script { $0.refusal = refusal }
    _ = try await kiosk.pipeline.undo(charge)
    _ = try await wait(for: "paid", of: charge)
    let patience = Patience()
    while try await !kiosk.store.waitingRows().isEmpty { try await patience.spend() }
    return charge
  }

  static func id(_ charge: JSON) throws -> EntityID { try #require(charge["id"]?.text.flatMap { EntityID($0) }) }
}
