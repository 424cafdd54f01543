import ArgumentParser
import Foundation
import Kiosk
import Model
import TestKit

/// `benchmarks`: what a tap costs on this machine, measured on the real programs.
@main
struct Benchmarks: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "benchmarks", abstract: "Measure tapd and ledgerd on this machine and its disk.",
    discussion: "Ends with status 0 also when a target is missed; the table marks it.")

  @Option(help: "Where tapd, ledgerd and tapctl are.")
  var binaries = ".build/release"

  @Option(help: "Where the databases are made, and whose disk is measured with them.")
  var directory = "/tmp"

  @Option(help: "How many taps are measured.")
  var taps = 300

  @Option(help: "How many times a card is laid on the virtual reader.")
  var insertions = 40

  @Option(help: "For how many seconds ledgerd is asked for sales, each way.")
  var saleSeconds = 3

  @Option(help: "How many sales of history the last measurement stands on; 0 leaves it out.")
  var history = 1_000_000

  @Flag(help: "Measure sales alone.")
  var onlySales = false

  @Option(help: "The file for the figures, as JSON.")
  var output = "bench.json"

  func run() async throws {
    umask(0o077)
    let scratch = try ScratchDirectory(under: directory)
    var report = BenchReport()
    if !onlySales { try await measureTaps(scratch, &report) }
    report.add(try await sales(scratch))
    print(report.table)
    try report.write(to: output)
  }

  private func measureTaps(_ scratch: ScratchDirectory, _ report: inout BenchReport) async throws {
    let daemon = PcscdHarness(directory: scratch.path + "/pcscd")
    try daemon.start()
    defer { daemon.kill() }
    // libpcsclite and tapd, which inherits it, then find this pcscd.
    setenv("PCSCLITE_CSOCK_NAME", daemon.socketPath, 1)
    let stand = try await BenchStand(directory: scratch.path, binaries: binaries)
    defer { stand.stop() }

    Progress.say("\(taps) taps")
    report.add(try await TapMeasurement(stand: stand).run(count: taps))
    Progress.say("\(insertions) cards laid on pcscd's virtual reader")
    report.add(try await ReaderMeasurement(port: daemon.ports[0]).run(count: insertions))
    Progress.say("tapd with nothing to do")
    report.add(try await IdleMeasurement(stand: stand).run())
    Progress.say("starts of tapd")
    report.add(try await StartMeasurement(stand: stand).run(count: 9))
  }
}

extension Benchmarks {
  private func sales(_ scratch: ScratchDirectory) async throws -> [Figure] {
    let ledger = try await SalesLedger(directory: scratch.path, binaries: binaries)
    let measurement = SalesMeasurement(
      ledger: ledger, binaries: binaries, directory: scratch.path, seconds: saleSeconds)
    var (figures, microseconds) = try await measurement.run(connections: [1, 8, 32, 128])
    let sales = figures.first { $0.key == "sales_per_s_c128" }?.value ?? 0
    figures += try await SaleBreakdown(ledger: ledger, measurement: measurement, directory: scratch.path)
      .run(sales: sales, microsecondsASale: microseconds)
    figures.append(try await measurement.p99AtHalfLoad(of: sales))
    Progress.say("10,000 cards imported")
    figures.append(
      Figure("card_import_10k_s", try ledger.secondsOfImport(10_000, binaries: binaries, in: scratch.path)))
    Progress.say("an outbox drained")
    figures += try await DrainMeasurement(ledger: ledger, measurement: measurement, directory: scratch.path).run()
    if history > 0 {
      Progress.say("\(history) sales of history")
      _ = try await ledger.grow(by: history)
      let grown = try await measurement.run(connections: [128], suffix: "_1m")
      figures += grown.figures + [Figure("ledgerd_us_per_sale_1m", grown.microsecondsASale)]
      figures += try await ledger.secondsOfReading(binaries: binaries)
      figures.append(Figure("verify_tx_per_s", try await ledger.verificationsPerSecond()))
    }
    return figures
  }
}

/// What is being done, for the one who waits; the table alone goes to the standard output.
enum Progress {
  static func say(_ text: String) { FileHandle.standardError.write(Data("bench: \(text)\n".utf8)) }
}
