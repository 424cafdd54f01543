import ArgumentParser
import Readers

/// `tapd reader-worker`: one libnfc device in a process of its own; only tapd itself starts it.
struct ReaderWorkerCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reader-worker", abstract: "Run one libnfc device, or list the devices.", shouldDisplay: false)

  @Argument(help: "The device's connection string; without it the devices are listed.")
  var connstring: String?

  func run() throws { throw ExitCode(LibnfcWorker.run(connstring: connstring)) }
}
