import Logging
import Model
import ServiceLifecycle

/// Carries the totals forward in the background, a little at a time, so that a report has only the rest to read.
///
/// It reads beside the ledger's writer and writes into a file of its own: a sale waits for none of it.
public struct TotalsCarrier: Service {
  private let store: LedgerStore
  private let rounds: Rounds
  /// Is told each time that nothing more is left to carry.
  private let rested: @Sendable () -> Void

  /// So many transactions are counted at once, in about 20 ms.
  static let step: Int64 = 2000
  /// Between two steps while few sales come: what is behind is caught up with one part in three of one core at the most.
  private static let pause = Duration.milliseconds(40)
  /// Between two steps while many come: they shall have the machine, and reports read the rest live.
  private static let longPause = Duration.seconds(2)
  /// So many transactions a second are many.
  private static let crowd: Int64 = 1000

  /// A carrier for this store, that looks for something new each interval.
  public init(
    store: LedgerStore, interval: Duration = .seconds(5), logger: Logger, rested: @escaping @Sendable () -> Void = {}
  ) {
    self.store = store
    rounds = Rounds(interval: interval, complaint: "totals not carried; reports take longer", logger: logger)
    self.rested = rested
  }

  /// Carries until the service is told to stop.
  public func run() async throws {
    await rounds.run {
      var last = try await store.lastSequence()
      var pause = Self.pause
      while try await store.carryTotals() {
        try await Task.sleep(for: pause)
        let head = try await store.lastSequence()
        pause = head - last > Self.crowd * pause.milliseconds / 1000 ? Self.longPause : Self.pause
        last = head
      }
      rested()
    }
  }
}

extension LedgerStore {
  /// Counts the next transactions into the totals.
  /// - Returns: whether there may be more.
  func carryTotals(atMost count: Int64 = TotalsCarrier.step) async throws -> Bool {
    let mark = try await totals.mark()
    let counted = try await read { books -> (takings: [Taking], mark: TotalsFile.Mark)? in
      guard try books.isOurs(mark) else { return ([], TotalsFile.Mark()) }
      let last = min(try books.lastSequence(), mark.sequence + count)
      guard last > mark.sequence, let hash = try books.transaction(sequence: last)?.hash else { return nil }
      let takings = try books.takings(.sequences(after: mark.sequence, upTo: last))
      return (takings, TotalsFile.Mark(sequence: last, hash: hash))
    }
    guard let counted else { return false }
    if counted.mark.sequence == 0 {
      try await totals.clear()
    } else {
      try await totals.add(counted.takings, from: mark, to: counted.mark)
    }
    return true
  }
}

extension LedgerStore {
  /// Where the chain ends now.
  fileprivate func lastSequence() async throws -> Int64 { try await read { try $0.lastSequence() } }
}

extension Duration {
  fileprivate var milliseconds: Int64 { components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000 }
}

extension Books {
  /// Whether it was this ledger that was counted, and not what stood here before it was restored.
  func isOurs(_ mark: TotalsFile.Mark) throws -> Bool {
    try mark.sequence == 0 || transaction(sequence: mark.sequence)?.hash == mark.hash
  }
}
