import ArgumentParser
import Foundation
import Kiosk
import Model
import TestKit

/// `benchmarks`: what taps and sales cost on this machine, measured on the real programs.
@main
struct Benchmarks: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "benchmarks", abstract: "Measure tapd and ledgerd on this machine and its disk.",
    discussion: """
      Prints a table, in which each figure that has a bound says whether it holds, and ends with status 0 also when one
      does not; with 1 when something could not be measured. A whole run takes about ten minutes; --only runs parts of it: \
      \(BenchPart.allCases.map(\.rawValue).joined(separator: ", ")).
      """)

  @Option(help: "Where tapd, ledgerd and tapctl are.")
  var binaries = ".build/release"

  @Option(help: "Where the databases are made, and whose disk is measured with them.")
  var directory = "/tmp"

  @Option(name: .customLong("only"), help: "A part to measure; give it once for each. All without it.")
  var parts: [BenchPart] = []

  @Option(help: "How many taps are measured.")
  var taps = 300

  @Option(help: "How many times a card is laid on the virtual reader.")
  var insertions = 40

  @Option(help: "For how many seconds ledgerd is asked for sales, each time.")
  var saleSeconds = 3

  @Option(help: "How often what is compared is measured in turn; the medians count.")
  var rounds = 5

  @Option(help: "The longest history that sales are measured on.")
  var history = 1_000_000

  @Option(help: "A library that counts allocations, to be loaded before ledgerd (scripts/bench makes it).")
  var allocationCounter: String?

  @Option(help: "The file for the figures, as JSON.")
  var output = "bench.json"

  func run() async throws {
    umask(0o077)
    let scratch = try ScratchDirectory(under: directory)
    var report = BenchReport()
    let chosen = parts.isEmpty ? Set(BenchPart.allCases) : Set(parts)
    if !chosen.isDisjoint(with: BenchPart.ofKiosk) { try await measureKiosk(scratch, chosen, &report) }
    if !chosen.isDisjoint(with: BenchPart.ofLedger) {
      try await LedgerBench(self, directory: scratch.path, chosen).run(&report)
    }
    print(report.table)
    try report.write(to: output)
    guard report.isWhole else { throw ExitCode(1) }
  }

  private func measureKiosk(
    _ scratch: ScratchDirectory, _ chosen: Set<BenchPart>, _ report: inout BenchReport
  ) async throws {
    let daemon = PcscdHarness(directory: scratch.path + "/pcscd")
    try daemon.start()
    defer { daemon.kill() }
    // libpcsclite and tapd, which inherits it, then find this pcscd.
    setenv("PCSCLITE_CSOCK_NAME", daemon.socketPath, 1)
    let stand = try await BenchStand(directory: scratch.path, binaries: binaries)
    defer { stand.stop() }
    if chosen.contains(.taps) {
      Progress.say("\(taps) taps")
      await report.add(.taps) { try await TapMeasurement(stand: stand).run(count: taps) }
    }
    if chosen.contains(.reader) {
      Progress.say("\(insertions) cards laid on pcscd's virtual reader")
      await report.add(.reader) { try await ReaderMeasurement(port: daemon.ports[0]).run(count: insertions) }
    }
    if chosen.contains(.idle) {
      Progress.say("tapd with nothing to do")
      await report.add(.idle) { try await IdleMeasurement(stand: stand).run() }
    }
    if chosen.contains(.start) {
      Progress.say("starts of tapd")
      await report.add(.start) { try await StartMeasurement(stand: stand).run(count: 9) }
    }
  }
}

/// What is being done, for the one who waits; the table alone goes to the standard output.
enum Progress {
  static func say(_ text: String) { FileHandle.standardError.write(Data("bench: \(text)\n".utf8)) }
}
