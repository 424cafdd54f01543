import FedowProtocol
import Kiosk
import Logging
import Model
import Rules
import Synchronization
import TestKit
import Testing

/// What the forwarder makes of a row, told by what it asked the ledger, what it sent and what it reported.
@Suite(.timeLimit(.minutes(10))) struct ForwarderTests {
  /// A ledger that answers as told, and signs anew when it is told what.
  private final class Answering: LedgerLink {
    struct State {
      var renewed: Result<SignedDebit?, Refusal> = .success(nil)
      var inquired = DebitOutcome.absent
      var posted = DebitOutcome.undecided("none")
      var inquiries = 0
      var sent: [SignedDebit] = []
    }

    let placeWallet = EntityID.random()
    let dialect: any LedgerDialect
    let state = Mutex(State())

    init(_ dialect: any LedgerDialect = NativeDialect(primaryCard: nil), _ script: (inout State) -> Void = { _ in }) {
      self.dialect = dialect
      state.withLock { script(&$0) }
    }

    func renewed(_ debit: SignedDebit) throws(Refusal) -> SignedDebit? { try state.withLock { $0.renewed }.get() }

    func inquire(_ debit: SignedDebit, isSettled: Bool) async -> DebitOutcome {
      state.withLock { state in
        state.inquiries += 1
        return state.inquired
      }
    }

    func post(_ debit: SignedDebit, isOnly: Bool, isUrgent: Bool) async -> DebitOutcome {
      state.withLock { state in
        state.sent.append(debit)
        return state.posted
      }
    }

    func readCard(_: String) async throws(Refusal) -> CardReading { throw Refusal(.ledgerUnreachable) }
    func sign(_ order: DebitOrder) throws(Refusal) -> SignedDebit { throw Refusal(.keyInvalid) }
    func isReachable() async -> Bool { true }
    func refill(_: String, asset: EntityID?, amount: Amount, primaryCard: String) async throws(Refusal) -> JSON { nil }
  }

  /// A kiosk that took a debit offline, with its row.
  private func accepted() async throws -> (bench: VenueBench, row: OutboxRow) {
    let bench = try await VenueBench()
    bench.ledger.script { $0.balances["68B87420"] = 5_000 }
    try await bench.hear()
    let charge = try await bench.run { bench in
      _ = try await bench.pay(100, "68B87420")
      bench.ledger.script { $0.isThere = false }
      bench.kiosk.link.lost(at: bench.clock.wallTime())
      return try await bench.pay(350, "68B87420")
    }
    let tap = try #require(charge["tap"]?.text.flatMap { EntityID($0) })
    return (bench, try #require(try await bench.kiosk.store.row(tap)))
  }

  /// What a forwarder of its own reports of a row after its first try.
  private func report(of row: OutboxRow, _ bench: VenueBench, _ ledger: (any LedgerLink)?) async throws -> DebitOutcome
  {
    let (reports, input) = AsyncStream<DebitOutcome>.makeStream()
    let forwarder = Forwarder(
      store: bench.kiosk.store, ledgers: LedgerSource { () throws(Refusal) -> (any LedgerLink)? in ledger },
      clock: bench.clock, backoff: Backoff(jitter: { 0 }),
      logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    await forwarder.report { row, outcome in
      input.yield(outcome)
      return true
    }
    await forwarder.adopt(row.debit.id, wallet: row.debit.wallet, isAwaited: true)
    return try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { await forwarder.run() }
      var outcomes = reports.makeAsyncIterator()
      let outcome = await outcomes.next()
      group.cancelAll()
      return try #require(outcome)
    }
  }

  private func renewed(_ debit: SignedDebit) throws -> SignedDebit {
    let order = DebitOrder(
      id: debit.id,
      reading: CardReading(
        card: CardSnapshot(
          firstTagID: debit.card, numberPrinted: "", wallet: debit.wallet, isEphemeral: true, holdings: [])),
      parts: [Allocation(asset: .random(), assetName: "Euro", amount: Amount(minorUnits: 350))], comment: nil)
    return try NativeDialect(primaryCard: nil).sign(order, with: try ScriptedLedger.credentials.get())
  }

  @Test("a row waits while the kiosk is not paired, and while it speaks to another kind of ledger")
  func otherLedger() async throws {
    let (bench, row) = try await accepted()
    guard case .undecided = try await report(of: row, bench, nil) else {
      Issue.record("decided without a ledger")
      return
    }
    let other = Answering(FedowDialect(placeWallet: .random(), primaryCard: nil))
    guard case .undecided(let reason) = try await report(of: row, bench, other) else {
      Issue.record("sent to a ledger that it was not signed for")
      return
    }
    #expect(reason.contains("'native'"))
    #expect(other.state.withLock { $0.sent.isEmpty && $0.inquiries == 0 })
    #expect(try await bench.kiosk.store.row(row.debit.id)?.state == .pending)
  }

  @Test("what another key has signed is signed anew where the ledger has not got it, and is kept before it is sent")
  func renewed() async throws {
    let (bench, row) = try await accepted()
    let renewed = try renewed(row.debit)
    let stored = { try await bench.kiosk.store.row(row.debit.id)?.debit }
    for inquired in [DebitOutcome.undecided("away"), .refused(Refusal(.insufficientFunds))] {
      let ledger = Answering { ($0.renewed, $0.inquired) = (.success(renewed), inquired) }
      #expect(try await report(of: row, bench, ledger) == inquired)
      #expect(ledger.state.withLock { $0.sent.isEmpty })
      #expect(try await stored() == row.debit)
    }
    let unsigned = Answering { $0.renewed = .failure(Refusal(.keyInvalid)) }
    #expect(try await report(of: row, bench, unsigned) == .undecided(Refusal(.keyInvalid).sentence))
    #expect(unsigned.state.withLock { $0.sent.isEmpty })
    let ledger = Answering { ($0.renewed, $0.posted) = (.success(renewed), .refused(Refusal(.cardBlocked))) }
    #expect(try await report(of: row, bench, ledger) == .refused(Refusal(.cardBlocked)))
    #expect(ledger.state.withLock { $0.sent } == [renewed])
    let written = try await stored()
    #expect(written?.body == renewed.body && written?.signature == renewed.signature)
  }

  @Test("what may have been posted before an answer was lost is sent to its ledger at whatever age, a void too")
  func old() async throws {
    let (bench, row) = try await accepted()
    let void = SignedDebit(
      id: .random(), card: row.debit.card, wallet: row.debit.wallet, path: "/v1/debits/\(row.debit.id)/void/",
      body: Array("{}".utf8), signature: "s=")
    let entry = OutboxEntry(debit: void, parts: [], voids: row.debit.id)
    try await bench.kiosk.store.append(
      [entry], of: row.charge, becoming: nil, dialect: row.dialect, audit: nil, at: row.createdAt)
    bench.clock.advance(by: Forwarder.patience)
    for debit in [row.debit, void] {
      let row = try #require(try await bench.kiosk.store.row(debit.id))
      let ledger = Answering { $0.posted = .refused(Refusal(.debitTooOld)) }
      #expect(try await report(of: row, bench, ledger) == .refused(Refusal(.debitTooOld)))
      #expect(ledger.state.withLock { $0.sent } == [debit])
    }
  }

  @Test("where other bytes of a debit were there first, what became of them is what became of it")
  func conflict() async throws {
    let (bench, row) = try await accepted()
    for inquired in [DebitOutcome.undecided("away"), .refused(Refusal(.insufficientFunds))] {
      let ledger = Answering { ($0.posted, $0.inquired) = (.refused(Refusal(.idempotencyConflict)), inquired) }
      #expect(try await report(of: row, bench, ledger) == inquired)
      #expect(ledger.state.withLock { $0.sent } == [row.debit])
    }
  }
}
