import Foundation

/// The parts that measure the ledger, on one ledger that is copied for each, so that each finds it as it was made.
struct LedgerBench {
  private let options: Benchmarks
  private let directory: String
  private let chosen: Set<BenchPart>

  init(_ options: Benchmarks, directory: String, _ chosen: Set<BenchPart>) {
    self.options = options
    self.directory = directory
    self.chosen = chosen
  }

  func run(_ report: inout BenchReport) async throws {
    Progress.say("a ledger with a thousand transactions")
    let ledger = try await SalesLedger(directory: directory, binaries: options.binaries)
    let server = LedgerServer(binaries: options.binaries, directory: directory)
    var whole: Double?
    let measurement = SalesMeasurement(
      ledger: ledger, server: server, seconds: options.saleSeconds, rounds: options.rounds)
    if chosen.contains(.sales) {
      await report.add(.sales) {
        let pace = try await measurement.run()
        whole = pace.microsecondsASale
        return try await pace.figures + measurement.halfLoad(of: pace.salesPerSecond)
      }
    }
    if chosen.contains(.spans) {
      Progress.say("the spans of a sale")
      await report.add(.spans) {
        try await SaleSpans(ledger: try ledger.copy("spans"), server: server).run(whole: whole)
      }
    }
    if chosen.contains(.allocations), let library = options.allocationCounter {
      Progress.say("allocations")
      await report.add(.allocations) {
        try await AllocationMeasurement(ledger: ledger, server: server, library: library).run()
      }
    }
    if chosen.contains(.cardImport) {
      Progress.say("10,000 cards imported")
      await report.add(.cardImport) {
        let copy = try ledger.copy("import")
        return [
          Figure("card_import_10k_s", try copy.secondsOfImport(10_000, binaries: options.binaries, in: directory))
        ]
      }
    }
    if chosen.contains(.drain) {
      Progress.say("an outbox drained")
      await report.add(.drain) {
        try await DrainMeasurement(ledger: try ledger.copy("drained"), server: server, directory: directory).run()
      }
    }
    try await measureHistory(ledger, server, &report)
  }

  private func measureHistory(
    _ ledger: SalesLedger, _ server: LedgerServer, _ report: inout BenchReport
  ) async throws {
    guard !chosen.isDisjoint(with: [.history, .reading]) else { return }
    Progress.say("\(options.history) sales of history")
    let middle = try ledger.copy("middle")
    _ = try await middle.grow(by: options.history / 10)
    let long = try middle.copy("long")
    _ = try await long.grow(by: options.history - options.history / 10)
    if chosen.contains(.history) {
      await report.add(.history) {
        try await HistoryMeasurement(
          ledgers: (ledger, middle, long), server: server, seconds: options.saleSeconds, rounds: options.rounds
        ).run()
      }
    }
    if chosen.contains(.reading) {
      Progress.say("the long history read and verified")
      await report.add(.reading) {
        try await long.secondsOfReading(binaries: options.binaries)
          + [Figure("verify_tx_per_s", try await long.verificationsPerSecond())]
      }
    }
  }
}
