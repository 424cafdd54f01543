import FedowProtocol
import Model

/// Renews, one by one, what is due now.
struct RenewalPass: Sendable {
  let store: LedgerStore
  let submit: @Sendable (any LedgerCommand) async throws -> Answer

  /// What one pass did.
  struct Outcome: Hashable, Sendable {
    var posted = 0
    var failing = 0
    var lapsed = 0
  }

  func run() async throws -> Outcome {
    let due = try await store.read { books in
      let now = books.instant ?? LedgerTime.now()
      return try books.renewalCandidates(at: now).filter { try books.renewalDue($0, at: now) != nil }
    }
    var outcome = Outcome()
    for candidate in due {
      try Task.checkCancellation()
      let answer = try await submit(RenewMembership(candidate: candidate))
      switch try JSON.parse(answer.body)["state"]?.text {
      case "posted": outcome.posted += 1
      case "failing": outcome.failing += 1
      case "lapsed": outcome.lapsed += 1
      default: break
      }
    }
    return outcome
  }
}
