import ArgumentParser
import FedowProtocol
import Glibc
import Model

/// What goes to the terminal, and what the command ends with.
enum Terminal {
  /// Writes a line at once, also into a pipe.
  static func line(_ text: String) {
    print(text)
    fflush(nil)
  }

  /// Writes a refusal and gives the status to end with: 69 when tapd does not answer, else 1.
  static func failure(_ refusal: Refusal, json: Bool) -> ExitCode {
    if json {
      let report: JSON = ["code": JSON(refusal.code.rawValue), "sentence": JSON(refusal.sentence)]
      line(report.compact)
    } else {
      let text = "tapctl: \(refusal.sentence) (\(refusal.code.rawValue))\n"
      _ = text.withCString { write(STDERR_FILENO, $0, strlen($0)) }
    }
    return ExitCode(refusal.code == .daemonUnreachable ? EX_UNAVAILABLE : 1)
  }

  /// Runs a command's work and renders its refusal.
  static func run(json: Bool, _ work: () async throws -> Void) async throws {
    do {
      try await work()
    } catch let refusal as Refusal {
      throw failure(refusal, json: json)
    }
  }

  /// What may stand in a path or a query of what an operator typed.
  static func pathPart(_ text: String, keeping: String = "-") -> String {
    text.filter { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || keeping.contains($0)) }
  }

  /// An amount in JSON's minor units as people read it.
  static func amount(_ json: JSON?) -> String {
    json?.int64.map { Amount(minorUnits: $0).description } ?? "?"
  }
}
