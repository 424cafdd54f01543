import Foundation
import Model
import Testing

@testable import Ledger

@Suite("Random months of a federation of 12 places", .serialized)
struct FederationPropertyTests {
  /// `FEDERATION_MONTHS=100` plays a hundred.
  private static let months =
    ProcessInfo.processInfo.environment["FEDERATION_MONTHS"].flatMap { UInt64($0) } ?? 1

  @Test("conservation per asset, the primary invariant, the sum of clearing positions zero")
  func months() async throws {
    var actions: Set<TransactionAction> = []
    var tally = FederationTally()
    for seed in 1...Self.months {
      let run = try await FederationRun(seed: seed)
      let played = try await run.month.stand.running {
        var run = run
        try await run.play(days: 30, requests: 16)
        return run
      }
      #expect(played.faults == [])
      tally.settled += played.month.tally.settled
      tally.paidOut += played.month.tally.paidOut
      tally.refusals.merge(played.month.tally.refusals) { $0 + $1 }
      actions.formUnion(try await Self.actions(of: played.month.stand.store))
    }
    // Or the months show less than the title says.
    #expect(
      actions.isSuperset(of: Set(TransactionAction.allCases).subtracting([.void, .correction])))
    #expect(tally.settled > 0 && tally.paidOut > 0)
    for code in ["over_ceiling", "asset_not_accepted", "blocked_card", "insufficient_funds"] {
      #expect(tally.refusals[code] ?? 0 > 0, "\(code) of \(tally.refusals)")
    }
  }

  private static func actions(of store: LedgerStore) async throws -> Set<TransactionAction> {
    try await store.read { books in
      Set(
        try books.rows("SELECT DISTINCT action FROM transactions").compactMap {
          TransactionAction(rawValue: $0[0])
        })
    }
  }

  @Test("each property sees its fault")
  func faults() async throws {
    let run = try await FederationRun(seed: 7)
    let stand = run.month.stand
    let played = try await stand.running {
      var run = run
      try await run.play(days: 7, requests: 16)
      return run
    }
    #expect(played.faults == [])
    var tally = played.month.tally
    let bound = try #require(
      try await stand.store.read { try FederationBooks.held($0) }.first { $0.value > 0 })
    let faults = { (tally: FederationTally) async throws -> Set<String> in
      let found = try await FederationBooks(stand: stand, tally: tally).faults()
      return Set(found.map { String($0.prefix { $0 != ":" }) })
    }
    tally.bounds[bound.key] = bound.value - 1
    #expect(try await faults(tally) == ["ceiling"])
    tally = played.month.tally
    tally.paidIn += 1
    #expect(try await faults(tally) == ["primary"])
    let money = stand.assets.first { $0.category == .localFiat }?.uuid.text
    for (statement, fault) in [
      (
        "UPDATE tokens SET balance = balance + 1 WHERE rowid = (SELECT min(rowid) FROM tokens WHERE asset = ?1)",
        "conservation"
      ),
      ("UPDATE clearing_parties SET net = net + 1 WHERE ?1 IS NOT NULL", "clearing"),
    ] {
      let other = try await faults(played.month.tally)
      try await stand.store.write { try $0.execute(statement, [money]) }
      #expect(try await faults(played.month.tally).subtracting(other) == [fault])
    }
  }
}
