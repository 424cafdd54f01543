import GRDB
import Logging
import Model
import Testing

@testable import Ledger

@Suite("The service that melts")
struct DemurrageServiceTests {
  @Test(
    "what is due of wallets that nobody touches is posted after the period's end, without being asked, until it is stopped",
    .timeLimit(.minutes(10)))
  func loop() async throws {
    let stand = try await MeltStand()
    let ledger = stand.ledger
    try await ledger.running { postings in
      _ = try await ledger.refill(LedgerFixture.tag, 10_000)
      let service = DemurrageService(
        store: stand.store, postings: postings, interval: .milliseconds(5),
        clock: { [weak ledger] in ledger?.time.withLock { $0 } ?? .now() },
        logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }))
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await service.run() }
        stand.advance(to: MeltStand.october + 40 * MeltStand.day)
        #expect(try await firstMelting(ledger.store) == 100)
        // A second period comes due while the service runs.
        stand.advance(to: MeltStand.october + 62 * MeltStand.day)
        #expect(try await firstMelting(ledger.store, after: 1) == 99)
        group.cancelAll()
        try await group.waitForAll()
      }
    }
    #expect(try await stand.received() == 199)
    #expect(try await ledger.verdict().breaks == [])
  }

  /// The amount of a melting, as soon as it is committed.
  private func firstMelting(_ store: LedgerStore, after count: Int = 0) async throws -> Int64? {
    let observation = ValueObservation.tracking { db in
      try Int64.fetchAll(db, sql: "SELECT amount FROM transactions WHERE comment = 'Demurrage' ORDER BY sequence")
    }
    for try await amounts in observation.values(in: store.pool) where amounts.count > count { return amounts[count] }
    return nil
  }
}
