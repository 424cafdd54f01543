import FedowProtocol
import Model

extension LedgerStore {
  /// What was taken at a place, or at all, from an instant up to another: from the totals what they hold, the rest from
  /// the ledger: what came after them, and the parts of quarters at both ends.
  func takings(of place: EntityID?, from: LedgerTime, to: LedgerTime) async throws -> [Taking] {
    guard from < to else { return [] }
    // The quarter in which it ends is taken whole as long as nothing is later: mostly it ends now.
    let (first, last) = (from.quartersAfter, max(from.quartersAfter, to.quartersAfter))
    // Read before the ledger, so that the ledger has everything that is counted here.
    let carried = try? await totals.totals(of: place, quarters: first..<last)
    return try await read { books in
      let whole = try first..<(books.hasAnything(since: to) ? max(first, to.quartersBefore) : last)
      var takings = carried?.takings.filter { whole.contains($0.quarter) } ?? []
      var mark = carried?.mark ?? TotalsFile.Mark()
      if try !books.isOurs(mark) { (takings, mark) = ([], TotalsFile.Mark()) }
      if mark.sequence > 0 {
        for (begin, end) in Self.edges(from: from, to: to, whole: whole) {
          takings += try books.takings(from: begin, to: end, upTo: mark.sequence)
        }
      }
      takings += try books.takings(
        .sequences(after: mark.sequence, upTo: try books.lastSequence()), from: from, to: to)
      return takings.filter { place == nil || $0.place == place }
    }
  }

  /// What is not in whole quarters: before them and after them, or everything.
  private static func edges(
    from: LedgerTime, to: LedgerTime, whole: Range<Int64>
  ) -> [(LedgerTime, LedgerTime)] {
    guard !whole.isEmpty else { return [(from, to)] }
    return [(from, LedgerTime(quarter: whole.lowerBound)), (LedgerTime(quarter: whole.upperBound), to)]
      .filter { $0.0 < $0.1 }
  }
}

extension Books {
  /// Whether there is a transaction at this instant or later; each asset's chain knows its last.
  fileprivate func hasAnything(since time: LedgerTime) throws -> Bool {
    try assets().contains { try chainHead(of: $0.uuid).map { $0.entry.datetime >= time } ?? false }
  }

  /// What was taken from an instant up to another, up to a number of the ledger: found in each asset's chain.
  fileprivate func takings(from: LedgerTime, to: LedgerTime, upTo sequence: Int64) throws -> [Taking] {
    try assets().flatMap { asset in
      try takings(
        .chain(
          asset: asset.uuid, from: try chainPlace(of: asset.uuid, notBefore: from),
          before: try chainPlace(of: asset.uuid, notBefore: to), upTo: sequence))
    }
  }
}

extension LedgerTime {
  private static let quarter = Taking.quarter * 1_000_000

  fileprivate init(quarter: Int64) { self.init(microseconds: quarter * Self.quarter) }

  /// The quarter that it is in.
  fileprivate var quartersBefore: Int64 {
    let (quotient, remainder) = microseconds.quotientAndRemainder(dividingBy: Self.quarter)
    return remainder < 0 ? quotient - 1 : quotient
  }

  /// The first quarter that begins then or later.
  fileprivate var quartersAfter: Int64 {
    quartersBefore + (quartersBefore * Self.quarter == microseconds ? 0 : 1)
  }
}
