import ArgumentParser
import FedowProtocol
import Foundation
import TestKit

/// `fault-test`: taps over a network that is not to be trusted, past every trouble of processes, disks, clocks and readers;
/// the money afterwards.
@main
struct FaultTest: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fault-test", abstract: "Tap through every fault of network and processes, and check the money.",
    discussion: """
      Real tapd processes with their own stores tap cards against a real ledger process, through proxies that lose, cut,
      delay and repeat requests and answers, while daemons are killed and stopped, their disks are full, their clocks
      jump, pcscd dies and a reader is pulled. Then the troubles stop, and every charge and every row of an outbox is held
      against the books. Ends with status 1 and the seed on any breach. The same seed gives the same faults to the same
      requests and the same plan of troubles; how the processes run beside each other it cannot fix. A full disk needs the
      right to a name space of mounts, a clock that jumps libfaketime; what cannot be had is said and left out. With one
      kiosk before fedow the server also loses transactions whose money has moved, which with several nobody could
      attribute.
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
    parsing: .upToNextOption,
    help: "The troubles beside those of single requests: all, none, or some of \(Trouble.words).")
  var troubles = [Trouble.ledgerKilled, .kioskKilled, .networkOut].map(\.rawValue)

  @Option(
    help: "What tapd waits before it believes a Fedow server's silence, in seconds; tapd's own default without it.")
  var settling: Int?

  @Flag(help: "Let kiosks decide alone while the ledger is away (ledgerd only).")
  var offline = false

  @Flag(help: "Only let the network repeat requests: against fedow, which cannot tell, the run must fail.")
  var planted = false

  @Option(help: "Where tapd, ledgerd, tapctl and fedow-stand-in are.")
  var binaries = Bundle.main.executableURL?.deletingLastPathComponent().path ?? ".build/debug"

  @Flag(help: "Print one JSON object instead of text.")
  var json = false

  @Flag(help: "Keep databases and logs also when all is well.")
  var keep = false

  func validate() throws {
    if let unknown = troubles.first(where: { $0 != "none" && $0 != "all" && Trouble(rawValue: $0) == nil }) {
      throw ValidationError("'\(unknown)' is no trouble; there are: all, none, \(Trouble.words).")
    }
  }

  func run() async throws {
    if settings.kinds.contains(where: \.needsDisk) { PrivateMounts.enter() }
    let directory = NSTemporaryDirectory() + "/fault-test.\(UUID().uuidString.prefix(8))"
    try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    if !json { print("fault-test: \(taps) taps at \(kiosks) kiosks against \(ledger.rawValue), seed \(seed)") }
    let begin = ContinuousClock.now
    let stand = try Stand(settings, directory: directory)
    Interrupts.whenAsked { stand.killAll() }
    defer { stand.killAll() }
    do {
      try await stand.setUp()
      let missing = settings.kinds.filter { !stand.kinds.contains($0) }.map(\.rawValue)
      if !json, !missing.isEmpty { print("cannot be had here: \(missing.joined(separator: ", "))") }
      let run = FaultRun(stand: stand, settings: settings)
      try await run.tap()
      try await run.settle()
      let verdict = try await Verdict(stand: stand, seen: run.seen).reach()
      let report = RunReport(stand: stand, run: run, verdict: verdict, duration: .now - begin)
      print(json ? report.json(seed: seed).compact : report.text)
    } catch let breach as Breach {
      stand.keepDisks()
      let text = "BREACH: \(breach)\nseed \(seed); the databases and logs are in \(directory)"
      let object: JSON = [
        "breach": JSON(breach.description), "seed": JSON(Int64(clamping: seed)), "kept": JSON(directory),
      ]
      print(json ? object.compact : text)
      throw ExitCode(1)
    }
    if keep { stand.keepDisks() }
    stand.killAll()
    if keep { print("kept: \(directory)") } else { try? FileManager.default.removeItem(atPath: directory) }
  }

  private var chosen: [Trouble] {
    troubles.contains("all") ? Trouble.allCases : troubles.compactMap { Trouble(rawValue: $0) }
  }

  private var isTroubled: Bool { !planted && !troubles.contains("none") }

  private var settings: RunSettings {
    RunSettings(
      ledger: ledger, taps: taps, kiosks: kiosks, seed: seed, faultShare: Double(faults) / 100, settling: settling,
      kinds: isTroubled ? chosen : [], showsProgress: !json,
      isOfflineAllowed: offline, isPlanted: planted, binaries: binaries)
  }
}
