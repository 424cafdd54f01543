/// How to start a libnfc worker: a program and the arguments that come before the connection string.
public struct WorkerCommand: Sendable {
  /// The program, by its path.
  public let executable: String
  /// Its arguments up to the connection string; when none follows, the worker lists the devices.
  public let arguments: [String]

  /// This program with these arguments.
  public init(executable: String, arguments: [String]) {
    self.executable = executable
    self.arguments = arguments
  }
}
