import Model
import Testing

@testable import Ledger

@Suite("After any sequence of what clients ask for")
struct MoneyPropertyTests {
  /// What a sequence came to.
  private struct Outcome {
    var refusals = 0
    var actions: Set<TransactionAction> = []
  }

  @Test("balances are the sums of the transactions, none is negative, and what is refused leaves nothing behind")
  func sequences() async throws {
    var (refusals, actions) = (0, Set<TransactionAction>())
    for seed in 1...4 as ClosedRange<UInt64> {
      let outcome = try await run(seed: seed, steps: 150)
      refusals += outcome.refusals
      actions.formUnion(outcome.actions)
    }
    // Or the sequences show less than the title says.
    #expect(actions == Set(TransactionAction.allCases))
    #expect(refusals > 100)
  }

  private func run(seed: UInt64, steps: Int) async throws -> Outcome {
    let evening = try await RandomEvening(seed: seed)
    let ledger = evening.ledger
    let refusals = try await ledger.running { service in
      var (evening, refusals) = (evening, 0)
      for step in 1...steps {
        let command = try await evening.command()
        let before = try await Self.books(of: ledger)
        do {
          _ = try await service.submit(command)
        } catch is Rejection {
          refusals += 1
          #expect(try await Self.books(of: ledger) == before, "seed \(seed), step \(step): \(command)")
        } catch is Refusal {
          refusals += 1
          #expect(try await Self.books(of: ledger) == before, "seed \(seed), step \(step): \(command)")
        }
        let after = try await Self.books(of: ledger)
        #expect(after.stored == after.computed, "seed \(seed), step \(step): \(command)")
        #expect(after.stored.values.allSatisfy { $0 > 0 }, "seed \(seed), step \(step): \(command)")
      }
      return refusals
    }
    #expect(try await ledger.verdict().breaks == [], "seed \(seed)")
    return Outcome(refusals: refusals, actions: try await Self.actions(of: ledger))
  }

  /// What must not change when something is refused.
  private struct State: Equatable {
    let lastSequence: Int64
    let stored: [MoneyRules.Holding: Int64]
    let computed: [MoneyRules.Holding: Int64]
  }

  private static func books(of ledger: LedgerFixture) async throws -> State {
    try await ledger.store.read { books in
      State(
        lastSequence: try books.lastSequence(), stored: try MoneyRules.stored(in: books),
        computed: try MoneyRules.balances(of: books))
    }
  }

  private static func actions(of ledger: LedgerFixture) async throws -> Set<TransactionAction> {
    try await ledger.store.read { books in
      var actions: Set<TransactionAction> = []
      try books.eachTransaction(after: 0) { actions.insert($0.entry.action) }
      return actions
    }
  }
}
