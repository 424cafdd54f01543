import GRDB
import Model

/// Puts the writes that wait at the same time into one transaction: after an hour without the ledger thousands of debits
/// end at once, and a commit of its own would cost each of them an fsync.
actor GroupCommit {
  private enum Turn: Sendable {
    case done(Result<Void, Refusal>)
    /// Whoever wrote before has ended; this one writes next.
    case lead
  }

  private struct Waiter {
    let work: @Sendable (Database) throws -> Void
    let turn: CheckedContinuation<Turn, Never>
  }

  private let commit: @Sendable ([@Sendable (Database) throws -> Void]) async -> Result<Void, Refusal>
  private var waiting: [Waiter] = []
  private var isWriting = false
  /// How many wait until whoever writes has ended.
  var waitingCount: Int { waiting.count }

  init(commit: @escaping @Sendable ([@Sendable (Database) throws -> Void]) async -> Result<Void, Refusal>) {
    self.commit = commit
  }

  /// Writes, together with what waits; all of it or nothing.
  /// - Throws: `Refusal` with code `store_unavailable`.
  func write(_ work: @escaping @Sendable (Database) throws -> Void) async throws(Refusal) {
    if isWriting {
      let turn = await withCheckedContinuation { waiting.append(Waiter(work: work, turn: $0)) }
      if case .done(let result) = turn { return try result.get() }
    }
    isWriting = true
    let followers = waiting
    waiting = []
    let result = await commit([work] + followers.map(\.work))
    for follower in followers { follower.turn.resume(returning: .done(result)) }
    if waiting.isEmpty { isWriting = false } else { waiting.removeFirst().turn.resume(returning: .lead) }
    try result.get()
  }
}
