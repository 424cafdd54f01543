import ArgumentParser
import Console
import FedowProtocol
import Foundation
import Simulation

/// `simulate`: runs a federation from many seeds, and shows the shortest way to whatever breaks.
@main
struct Simulate: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "simulate", abstract: "Run whole federations from seeds, and hold every step against what may be.",
    discussion: """
      Each seed is one run: places, kiosks, cards, people and operators, over a network and on disks that fail, in virtual
      time and in this process alone. The same seed is the same run. After each thing that happens money, chains, limits,
      delegations and blocks are checked; when the faults have stopped, everything has to come to its end. Ends with status
      1 at the first breach, and prints the seed, the commit and the shortest list of actions that still breaks the rule.
      """)

  @Option(help: "How many seeds.")
  var seeds: UInt64 = 1000

  @Option(help: "The first seed.")
  var start: UInt64 = 1

  @Option(help: "Puts a fault in on purpose, which has to be found: see --faults.")
  var fault: String?

  @Flag(help: "List the faults that can be put in.")
  var faults = false

  @Option(help: "Plays this one seed, and says what happens.")
  var replay: UInt64?

  @Option(help: "Plays only so many of its actions.")
  var prefix: Int?

  @Flag(help: "Print what happens, line by line, with --replay.")
  var trace = false

  @Flag(help: "Print one line, and of a fault that was put in only by which seed it is found.")
  var brief = false

  @Flag(help: "Print one object of JSON instead of text.")
  var json = false

  func run() throws {
    // The order of hashed collections is a part of a run; Swift draws it anew in each process unless it is told not to.
    if ProcessInfo.processInfo.environment["SWIFT_DETERMINISTIC_HASHING"] == nil { try startAgain() }
    if faults { return listFaults() }
    let fault = try fault.map { name in
      guard let known = PlantedFault(rawValue: name) else {
        throw ValidationError("There is no fault '\(name)'. See: simulate --faults")
      }
      return known
    }
    if let replay { return try show(Simulation(seed: replay, fault: fault)) }
    try search(fault)
  }

  private func startAgain() throws {
    setenv("SWIFT_DETERMINISTIC_HASHING", "1", 1)
    var arguments = CommandLine.arguments.map { strdup($0) } + [nil]
    execv("/proc/self/exe", &arguments)
    throw ValidationError("This program cannot start itself again.")
  }

  private func listFaults() {
    if json {
      return print(
        JSON.array(PlantedFault.allCases.map { ["fault": JSON($0.rawValue), "what": JSON($0.sentence)] }).compact)
    }
    let width = (PlantedFault.allCases.map(\.rawValue.count).max() ?? 0) + 2
    for fault in PlantedFault.allCases {
      print(fault.rawValue.padding(toLength: width, withPad: " ", startingAt: 0) + fault.sentence)
    }
  }

  private func show(_ simulation: Simulation) throws {
    let outcome = simulation.run(prefix: prefix, keepsLines: true)
    if json {
      print(Report(simulation, outcome, prefix: nil).json.compact)
    } else {
      if trace { for line in outcome.lines { print(line) } }
      print("seed \(simulation.seed): \(outcome.actions) actions, digest \(String(outcome.digest, radix: 16))")
      print(outcome.breach.map { "BREACH \($0)" } ?? "nothing is broken")
    }
    if outcome.breach != nil { throw ExitCode(1) }
  }

  private func search(_ fault: PlantedFault?) throws {
    let begin = ContinuousClock.now
    var runs: UInt64 = 0
    let progress = isatty(STDERR_FILENO) == 1
    for seed in start..<start + seeds {
      let simulation = Simulation(seed: seed, fault: fault)
      let outcome = simulation.run()
      runs += 1
      if progress && runs.isMultiple(of: 20) { FileHandle.standardError.write(Data("\r\(runs) runs".utf8)) }
      guard outcome.breach != nil else { continue }
      if progress { FileHandle.standardError.write(Data("\r".utf8)) }
      try report(simulation, outcome, after: runs, fault)
      return
    }
    if progress { FileHandle.standardError.write(Data("\r".utf8)) }
    let time = ContinuousClock.now - begin
    let each = Double(time.components.attoseconds) / 1e15 + Double(time.components.seconds) * 1000
    if json {
      print(JSON.object(JSONObject([("runs", JSON(Int64(runs))), ("breach", nil)])).compact)
    } else {
      print(
        "\(runs) runs from seed \(start)\(fault.map { " with \($0.rawValue)" } ?? ""): nothing is broken, "
          + "\(String(format: "%.1f", each / Double(max(1, runs)))) ms a run")
    }
    if fault != nil { throw ExitCode(1) }
  }

  /// What was found. A fault that was put in had to be: then that is no failure.
  private func report(
    _ simulation: Simulation, _ outcome: Simulation.Outcome, after runs: UInt64, _ fault: PlantedFault?
  ) throws {
    if brief, let fault, let breach = outcome.breach {
      return print("\(fault.rawValue): found by seed \(simulation.seed): \(breach)")
    }
    let shortest = simulation.shortestFailingPrefix()
    let report = Report(simulation, outcome, prefix: shortest?.actions)
    print(json ? report.json.compact : report.text(after: runs))
    if fault == nil { throw ExitCode(1) }
  }
}
