import ArgumentParser
import Foundation
import TestKit

/// `fault-test`: taps over a network that is not to be trusted, with daemons that are killed; the money afterwards.
@main
struct FaultTest: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fault-test", abstract: "Tap through every fault of network and processes, and check the money.",
    discussion: """
      Real tapd processes with their own stores tap cards against a real ledger process, through proxies that lose, cut,
      delay and repeat requests and answers, while daemons are killed with SIGKILL and started again. Then the faults
      stop, and every charge is held against the books. Ends with status 1 and the seed on any breach. The same seed
      gives the same faults to the same requests; how the processes run beside each other it cannot fix. With one kiosk
      before fedow the server also loses transactions whose money has moved, which with several nobody could attribute.
      """)

  @Option(help: "Behind the proxies: ledgerd, or fedow, the stand-in for a genuine server.")
  var ledger = LedgerKind.ledgerd

  @Option(help: "How many taps.")
  var taps = 500

  @Option(help: "How many kiosks tap at the same time.")
  var kiosks = 3

  @Option(help: "What faults, kills, cards and amounts are drawn from.")
  var seed: UInt64 = .random(in: 0..<1_000_000)

  @Option(help: "How many of a hundred requests about debits meet a fault; a fifth as many of the others.")
  var faults = 30

  @Option(
    help: "What tapd waits before it believes a Fedow server's silence, in seconds; tapd's own default without it.")
  var settling: Int?

  @Flag(help: "Let kiosks decide alone while the ledger is away (ledgerd only).")
  var offline = false

  @Flag(help: "Only let the network repeat requests: against fedow, which cannot tell, the run must fail.")
  var planted = false

  @Option(help: "Where tapd, ledgerd, tapctl and fedow-stand-in are.")
  var binaries = Bundle.main.executableURL?.deletingLastPathComponent().path ?? ".build/debug"

  @Flag(help: "Keep databases and logs also when all is well.")
  var keep = false

  func run() async throws {
    let directory = NSTemporaryDirectory() + "/fault-test.\(UUID().uuidString.prefix(8))"
    try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    print("fault-test: \(taps) taps at \(kiosks) kiosks against \(ledger.rawValue), seed \(seed)")
    let begin = ContinuousClock.now
    let stand = try Stand(settings, directory: directory)
    Interrupts.whenAsked { stand.killAll() }
    defer { stand.killAll() }
    do {
      try await stand.setUp()
      let run = FaultRun(stand: stand, settings: settings)
      try await run.tap()
      try await run.settle()
      let verdict = try await Verdict(stand: stand, seen: run.seen).reach()
      print(RunReport(stand: stand, run: run, verdict: verdict, duration: .now - begin).text)
    } catch let breach as Breach {
      print("BREACH: \(breach)\nseed \(seed); the databases and logs are in \(directory)")
      throw ExitCode(1)
    }
    stand.killAll()
    if keep { print("kept: \(directory)") } else { try? FileManager.default.removeItem(atPath: directory) }
  }

  private var settings: RunSettings {
    RunSettings(
      ledger: ledger, taps: taps, kiosks: kiosks, seed: seed, faultShare: Double(faults) / 100, settling: settling,
      isOfflineAllowed: offline, isPlanted: planted, binaries: binaries)
  }
}
