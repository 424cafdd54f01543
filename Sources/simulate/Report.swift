import FedowProtocol
import Foundation
import Simulation

/// What a run broke, and how to see it again.
struct Report {
  private let simulation: Simulation
  private let outcome: Simulation.Outcome
  private let prefix: Int?

  init(_ simulation: Simulation, _ outcome: Simulation.Outcome, prefix: Int?) {
    self.simulation = simulation
    self.outcome = outcome
    self.prefix = prefix
  }

  /// The commit of the working copy; nil when there is none.
  private static var commit: String? {
    let git = Process()
    let output = Pipe()
    git.executableURL = URL(filePath: "/usr/bin/env")
    git.arguments = ["git", "describe", "--always", "--dirty", "--abbrev=12"]
    git.standardOutput = output
    git.standardError = FileHandle.nullDevice
    guard (try? git.run()) != nil else { return nil }
    let data = output.fileHandleForReading.readDataToEndOfFile()
    git.waitUntilExit()
    let text = String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    return text.isEmpty ? nil : text
  }

  private var plan: [String] { simulation.plan(prefix: prefix ?? outcome.actions) }

  var json: JSON {
    [
      "seed": JSON(String(simulation.seed)), "commit": JSON(Self.commit), "fault": JSON(simulation.fault?.rawValue),
      "breach": JSON(outcome.breach?.rule.rawValue), "detail": JSON(outcome.breach?.detail),
      "digest": JSON(String(outcome.digest, radix: 16)), "prefix": prefix.map { JSON(Int64($0)) } ?? nil,
      "actions": .array(plan.map { JSON($0) }),
    ]
  }

  func text(after runs: UInt64) -> String {
    var lines = ["BREACH \(outcome.breach.map { "\($0)" } ?? "") (run \(runs))"]
    lines.append(
      "seed \(simulation.seed), commit \(Self.commit ?? "unknown"), digest \(String(outcome.digest, radix: 16))")
    lines.append("the shortest prefix that still fails: \(plan.count) of \(outcome.actions) actions")
    lines += plan.map { "  \($0)" }
    let fault = simulation.fault.map { " --fault \($0.rawValue)" } ?? ""
    lines.append("simulate --replay \(simulation.seed) --prefix \(plan.count)\(fault) --trace")
    return lines.joined(separator: "\n")
  }
}
