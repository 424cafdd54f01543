import FedowProtocol
import GRDB
import Model
import Testing

@testable import Ledger

@Suite("The audit")
struct LedgerAuditTests {
  /// Each is a way in which books go wrong, and a word of what the audit must say of it.
  @Test(
    "names each kind of break",
    arguments: [
      ("UPDATE transactions SET amount = amount + 1 WHERE action = 'SAL'", "hash"),
      ("UPDATE transactions SET previous_hash = 'x' WHERE action = 'SAL'", "follow"),
      ("UPDATE transactions SET sequence = sequence + 5 WHERE action = 'SAL'", "gap"),
      ("UPDATE transactions SET asset_sequence = 9 WHERE action = 'SAL'", "gap"),
      ("UPDATE transactions SET datetime = 0 WHERE action = 'SAL'", "later"),
      ("UPDATE tokens SET balance = balance + 1", "its transactions make"),
      ("DELETE FROM tokens WHERE balance = 400", "missing"),
      ("UPDATE transactions SET sequence = -3 WHERE action = 'SAL'", "gap"),
      ("UPDATE transactions SET action = 'XXX' WHERE action = 'SAL'", "no action"),
      ("UPDATE transactions SET sender_before = 1 WHERE action = 'SAL'", "histories"),
      ("UPDATE transactions SET receiver_before = NULL WHERE action = 'SAL'", "histories"),
      ("UPDATE transactions SET sender_after = 401 WHERE action = 'SAL'", "histories"),
      ("UPDATE transactions SET receiver_after = NULL WHERE action = 'SAL'", "histories"),
      ("UPDATE tokens SET moves = moves + 1 WHERE balance = 400", "its last of"),
      ("UPDATE tokens SET last_transaction = 1 WHERE balance = 400", "its last of"),
    ])
  func breaks(tampering: String, reason: String) async throws {
    let ledger = try await LedgerFixture()
    try await ledger.running { service in
      _ = try await ledger.refill(LedgerFixture.tag, 500)
      _ = try await service.submit(try await ledger.sale(100))
    }
    #expect(try await ledger.verdict().isSound)
    // A person with the file in hand is not stopped by triggers.
    try await ledger.store.pool.writeWithoutTransaction { db in
      try db.execute(sql: "PRAGMA foreign_keys = OFF; DROP TRIGGER transactions_are_final")
      try db.execute(sql: tampering)
    }
    let breaks = try await ledger.verdict().breaks
    #expect(breaks.contains { $0.reason.contains(reason) }, "\(breaks)")
  }

  @Test("a copy made while the ledger is in use is a sound ledger of its own")
  func backup() async throws {
    let ledger = try await LedgerFixture()
    let path = ledger.directory.appending(path: "copy.sqlite").path
    try await ledger.running { service in
      _ = try await ledger.refill(LedgerFixture.tag, 500)
      try Administration(store: ledger.store).backUp(to: path)
      _ = try await service.submit(try await ledger.sale(100))
    }
    let verdict = try await LedgerAudit(store: try LedgerStore(path: path)).run()
    #expect(verdict.breaks == [])
    #expect(verdict.transactions == 5)
  }
}
