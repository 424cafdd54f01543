import ArgumentParser

/// A part of a run.
enum BenchPart: String, CaseIterable, ExpressibleByArgument {
  case taps, reader, idle, start
  /// Sales over HTTP, beside the same in process and raw SQLite, in turn.
  case sales
  /// Where the time of a sale goes.
  case spans
  case allocations
  case cardImport = "import"
  case drain
  /// Sales with up to a million transactions before them.
  case history
  /// Reading and verifying a long history.
  case reading

  static let ofKiosk: Set<BenchPart> = [.taps, .reader, .idle, .start]
  static let ofLedger: Set<BenchPart> = Set(allCases).subtracting(ofKiosk)
}
