import FedowProtocol
import Model
import Rules

/// One pass over all balances of melting assets: what is due and was not posted yet is posted, a few wallets at a time,
/// so that no sale waits long.
struct MeltPass: Sendable {
  let store: LedgerStore
  /// Has wallets melted, in one transaction.
  let melt: @Sendable (MeltWallets) async throws -> Answer
  /// So many wallets in one transaction.
  static let step = 100

  /// What a pass did.
  struct Outcome: Sendable {
    var postings: Int64 = 0
    /// Minor units, by asset.
    var amounts: [EntityID: Int64] = [:]
    /// Up to when each asset has melted everywhere.
    var until: [EntityID: Int64] = [:]
  }

  /// Melts what is due now.
  /// - Parameter done: up to when each asset is known to have melted; nothing is looked for there.
  func run(done: [EntityID: Int64] = [:]) async throws -> Outcome {
    var outcome = Outcome(until: done)
    for (asset, end) in try await lastEnds() where done[asset] != end {
      var row: Int64 = 0
      while true {
        let after = row
        let found = try await store.read { try $0.unmelted(of: asset, upTo: end, after: after, limit: Self.step) }
        guard let last = found.last else { break }
        row = last.row
        let answer = try await melt(MeltWallets(asset: asset, wallets: found.map(\.1)))
        let json = try JSON.parse(answer.body)
        outcome.postings += json["postings"]?.int64 ?? 0
        outcome.amounts[asset] = (outcome.amounts[asset] ?? 0).saturatingSum(json["amount"]?.int64 ?? 0)
      }
      outcome.until[asset] = end
    }
    return outcome
  }

  /// When the last period of each melting asset ended.
  private func lastEnds() async throws -> [(EntityID, Int64)] {
    try await store.read { books in
      try books.meltingTerms().sorted { $0.key < $1.key }.compactMap { asset, versions in
        let now = try books.meltingInstant(of: asset)
        return try MeltCalendars.shared.calendar(of: versions, past: now).lastEnd(upTo: now).map { (asset, $0) }
      }
    }
  }
}
