import FedowProtocol
import GRDB
import Model
import Rules
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
      ("UPDATE tokens SET balance = balance + 1 WHERE balance = 400", "was created less paid out"),
      ("UPDATE transactions SET amount = 501 WHERE action = 'SAL'", "breaks a rule of money"),
      ("UPDATE transactions SET previous_hash = 'x' WHERE action = 'FST'", "does not begin with a first block"),
      ("DELETE FROM assets WHERE name = 'Euro du Bar'", "is not known"),
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

  @Test("books of more blocks than are in memory at once are read to the last, and so are their seals")
  func many() async throws {
    let stand = try await AuthorityStand()
    let ledger = stand.ledger
    try await ledger.running { service in
      let refill = try PostingRules.refill(
        terms: ledger.euro.terms, from: ledger.place.wallet, to: try await ledger.wallet(LedgerFixture.tag),
        amount: Amount(minorUnits: 1))
      _ = try await service.submit(PostAll(postings: Array(repeating: refill, count: 6_200).flatMap { $0 }))
      let unsealed = try await ledger.verdict()
      #expect(unsealed.breaks == [])
      #expect(unsealed.transactions == 12_403)
      #expect(unsealed.proof.unsealed == 12_403)
      try await stand.seal()
    }
    let sealed = try await ledger.verdict()
    #expect(sealed.breaks == [])
    #expect(sealed.proof.unsealed == 0 && sealed.proof.seals > 3)
    try await stand.tamper("UPDATE transactions SET amount = 2 WHERE sequence = 12403")
    #expect(try await stand.breaks().contains { $0.hasPrefix("transaction 12403 ") && $0.contains("hash") })
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
