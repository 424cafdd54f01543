import ArgumentParser
import Readers

/// `tapd reader-worker`: the process in which libnfc runs. Started by tapd itself, so not in the help.
struct ReaderWorkerCommand: ParsableCommand {
  static let name = "reader-worker"
  static let configuration = CommandConfiguration(
    commandName: name, abstract: "Poll one libnfc device for tapd.", shouldDisplay: false)

  /// How tapd starts a worker: its own binary again.
  static let command = WorkerCommand(executable: "/proc/self/exe", arguments: [name])
  static let discovery = WorkerCommand(executable: "/proc/self/exe", arguments: [name, "--discover"])

  @Flag(help: "List the devices that libnfc finds instead.")
  var discover = false

  @Argument(help: "libnfc's connection string of the device.")
  var connstring: String?

  func validate() throws {
    guard discover == (connstring == nil) else { throw ValidationError("Give a connection string or --discover.") }
  }

  func run() throws {
    throw ExitCode(LibnfcWorker.run(connstring: connstring))
  }
}
