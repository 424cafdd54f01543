import FedowProtocol
import Foundation
import Model
import Signing
import TestKit
import Testing

@testable import Ledger

@Suite("After any months of grants, rotations, revocations and sales")
struct AuthorityPropertyTests {
  /// What is done to a row, whatever it holds.
  private static let tamperings = [
    "UPDATE transactions SET request_signature = zeroblob(256) WHERE sequence = %d",
    "UPDATE transactions SET request_digest = zeroblob(32) WHERE sequence = %d",
    "UPDATE transactions SET hash = 'x' WHERE sequence = %d",
    "UPDATE transactions SET authority = 1 WHERE sequence = %d",
    "DELETE FROM seals WHERE number = %d",
    "UPDATE seals SET root = 'x' WHERE number = %d",
    "UPDATE seals SET authorities = authorities - 1 WHERE number = %d",
    "UPDATE seals SET at = at + 1 WHERE number = %d",
    "DELETE FROM authorities WHERE number = %d",
    "UPDATE authorities SET after_sequence = after_sequence - 1 WHERE number = %d",
    "UPDATE authorities SET reason = 'x' WHERE number = %d",
    "UPDATE authorities SET signature = zeroblob(256) WHERE number = %d",
  ]

  @Test("the books are sound, no sale is made by a key without authority, and each change of the past is found")
  func months() async throws {
    for seed in 1...2 as ClosedRange<UInt64> {
      let stand = try await AuthorityStand()
      var random = SeededGenerator(seed: seed)
      let refused = try await stand.ledger.running { [random] _ in
        var random = random
        return try await Self.live(stand, months: 6, &random)
      }
      #expect(refused > 0, "seed \(seed)")
      let verdict = try await stand.ledger.verdict()
      #expect(verdict.breaks == [], "seed \(seed)")
      #expect(verdict.proof.unsealed == 0 && verdict.proof.unsealedAuthorities == 0)
      try await Self.tamper(stand, verdict, seed: seed, &random)
    }
  }

  /// - Returns: how many sales were refused because the till's key had no authority.
  private static func live(
    _ stand: AuthorityStand, months: Int, _ random: inout SeededGenerator
  ) async throws -> Int {
    var tills = [try await stand.pair()]
    var open: Set<Int> = [0]
    var (isDisabled, refused) = (false, 0)
    try await stand.refill(1_000_000, by: tills[0])
    for _ in 0..<(months * 12) {
      stand.ledger.time.withLock { $0 = $0.adding(seconds: 200_000) }
      switch Int.random(in: 0..<12, using: &random) {
      case 0 where !isDisabled && tills.count < 6:
        open.insert(tills.count)
        tills.append(try await stand.pair())
      case 1:
        let granted = try await stand.administration.authorities().filter { $0.statement.kind == .grant }
        guard let record = granted.randomElement(using: &random) else { break }
        let pem = record.statement.publicKey
        _ = try await stand.administration.revokeAuthority(String(record.statement.number))
        open = open.filter { tills[$0].key.publicKey.pem != pem }
      case 2: _ = try await stand.administration.rotatePrimaryKey()
      case 3:
        isDisabled.toggle()
        _ = try await stand.administration.setDisabled(isDisabled, place: "Bar du Port")
      case 4 where Int.random(in: 0..<4, using: &random) == 0:
        _ = try await stand.administration.rotateKey(place: "Bar du Port")
        open = []
      case 5, 6: try await stand.seal()
      default:
        let till = Int.random(in: 0..<tills.count, using: &random)
        do {
          try await stand.sale(Int64.random(in: 1...9, using: &random), by: tills[till])
          #expect(open.contains(till) && !isDisabled)
        } catch is Rejection {
          #expect(!open.contains(till) || isDisabled)
          refused += 1
        }
      }
    }
    try await stand.seal()
    return refused
  }

  private static func tamper(
    _ stand: AuthorityStand, _ verdict: LedgerAudit.Verdict, seed: UInt64, _ random: inout SeededGenerator
  ) async throws {
    let whole = stand.ledger.directory.appending(path: "whole.sqlite")
    try stand.administration.backUp(to: whole.path)
    for (number, tampering) in tamperings.enumerated() {
      let copy = stand.ledger.directory.appending(path: "copy-\(number).sqlite")
      try FileManager.default.copyItem(at: whole, to: copy)
      let store = try LedgerStore(path: copy.path)
      let signed = try await store.read { books in
        try books.rows("SELECT sequence FROM transactions WHERE authority IS NOT NULL").map { $0["sequence"] as Int64 }
      }
      // The last seal may be missing without a trace but the count of what waits for one.
      let rows =
        tampering.contains("transactions")
        ? signed : Array(1...Int64(tampering.contains("seals") ? verdict.proof.seals - 1 : verdict.proof.authorities))
      let row = try #require(rows.randomElement(using: &random))
      let sql = tampering.replacing("%d", with: "\(row)")
      try await AuthorityStand.tamper(store, sql)
      #expect(try await !LedgerAudit(store: store).run().isSound, "seed \(seed): \(sql)")
    }
  }
}
