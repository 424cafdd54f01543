import Console
import FedowProtocol
import Foundation
import TestKit
import Testing

/// What the commands say of themselves, and how they meet who is not there to answer.
@Suite("The commands' manners")
struct CommandTests {
  @Test("Each command says what it does, and each option what it is for", arguments: ["tapctl", "ledgerd", "tapd"])
  func help(program: String) throws {
    let dump = try JSON.parse(try Self.run(program, ["--experimental-dump-help"]).output)
    var silent: [String] = []
    func look(_ command: JSON, _ path: String) {
      let name = path + (command["commandName"]?.text ?? "?")
      if command["abstract"]?.text?.isEmpty ?? true { silent.append(name) }
      for argument in command["arguments"]?.elements ?? [] where argument["shouldDisplay"]?.bool != false {
        if argument["abstract"]?.text?.isEmpty ?? true {
          silent.append("\(name) \(argument["valueName"]?.text ?? "?")")
        }
      }
      for child in command["subcommands"]?.elements ?? [] where child["commandName"] != "help" {
        look(child, name + " ")
      }
    }
    look(try #require(dump["command"]), "")
    #expect(silent.isEmpty)
  }

  @Test("The manual page and the completions know every command", arguments: ["tapctl", "ledgerd"])
  func manual(program: String) throws {
    let page = try Self.run(program, ["manual"]).output
    #expect(page.hasPrefix(".TH \(program.uppercased()) 1"))
    #expect(page.contains(".SS \(program) card import"))
    for shell in ["bash", "zsh", "fish"] {
      let script = try Self.run(program, ["completions", shell])
      #expect(script.status == 0 && script.output.contains("completions"))
    }
    #expect(try Self.run(program, ["completions", "tcsh"]).status == 64)
  }

  @Test("Every fault of a card file is named with its line, and nothing is asked of tapd")
  func faults() throws {
    let folder = TemporaryFolder()
    let file = try folder.write(
      "nope,F9486AB8,333C9A6F\nhttps://x.test/qr/fb97e06a-a21f-4983-9350-64bbe933969b,FB97E06A,333C9A\n", to: "c.csv")
    let outcome = try Self.run("tapctl", ["card", "import", file, "--api", "http://127.0.0.1:9"])
    #expect(outcome.status == 1)
    #expect(outcome.errors.contains("line 1:") && outcome.errors.contains("line 2:"))
  }

  @Test("A question without a terminal is refused unless --yes has answered it")
  func question() throws {
    let folder = TemporaryFolder()
    let file = try folder.write(
      "https://x.test/qr/fb97e06a-a21f-4983-9350-64bbe933969b,FB97E06A,333C9A6E\n", to: "c.csv")
    let command = ["card", "import", file, "--api", "http://127.0.0.1:9"]
    let asked = try Self.run("tapctl", command)
    #expect(asked.status == 64 && asked.errors.contains("--yes"))
    #expect(try Self.run("tapctl", command + ["--yes"]).status == 69)
  }

  @Test("Refusals are French where messages are")
  func french() throws {
    let command = ["health", "--api", "http://127.0.0.1:9"]
    let french = try Self.run("tapctl", command, ["LC_ALL": "fr_FR.UTF-8"])
    #expect(french.errors == "tapctl: La borne ne répond pas. (daemon_unreachable)\n")
    #expect(try Self.run("tapctl", command, ["LC_ALL": "C"]).errors.contains("systemctl start tapd"))
  }

  /// A command with nobody at the terminal, run to its end.
  private static func run(
    _ program: String, _ arguments: [String], _ environment: [String: String] = [:]
  ) throws -> (status: Int32, output: String, errors: String) {
    let folder = TemporaryFolder()
    let process = Process()
    process.executableURL = Program.folder.appending(path: program)
    process.arguments = arguments
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    process.standardInput = FileHandle.nullDevice
    let files = try ["output", "errors"].map { name in
      try folder.write("", to: name)
      return try FileHandle(forWritingTo: folder.url.appending(path: name))
    }
    process.standardOutput = files[0]
    process.standardError = files[1]
    try process.run()
    process.waitUntilExit()
    return (process.terminationStatus, try folder.read("output"), try folder.read("errors"))
  }
}
