import ArgumentParser
import Glibc
import Model

/// How the daemon says why it does not start.
enum Failure {
  /// Writes the refusal for the person at the terminal and gives the status to end with.
  static func exit(_ refusal: Refusal, status: Int32) -> ExitCode {
    let line = "tapd: \(refusal)\n"
    _ = line.withCString { write(STDERR_FILENO, $0, strlen($0)) }
    return ExitCode(status)
  }
}
