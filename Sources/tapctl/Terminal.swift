import ArgumentParser
import Console
import FedowProtocol
import Glibc
import Kiosk
import Model

/// What goes to the terminal, and what the command ends with.
enum Terminal {
  /// Writes a line at once, also into a pipe.
  static func line(_ text: String) {
    // Not through stdio: flushing it waits for who reads its standard input, which an interactive command does.
    var rest = Array((text + "\n").utf8)[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { write(STDOUT_FILENO, $0.baseAddress, $0.count) }
      guard count > 0 else { return }
      rest = rest.dropFirst(count)
    }
  }

  /// Writes a line for the person, not for the pipe.
  static func note(_ text: String) {
    let line = text + "\n"
    _ = line.withCString { write(STDERR_FILENO, $0, strlen($0)) }
  }

  /// Writes a refusal and gives the status to end with: 69 when tapd does not answer, else 1.
  static func failure(_ refusal: Refusal, json: Bool) -> ExitCode {
    if json {
      let report: JSON = ["code": JSON(refusal.code.rawValue), "sentence": JSON(refusal.sentence)]
      line(report.compact)
    } else {
      note("tapctl: \(refusal.sentence(language: Settings.language)) (\(refusal.code.rawValue))")
    }
    return ExitCode(refusal.code == .daemonUnreachable ? EX_UNAVAILABLE : 1)
  }

  /// Runs a command's work and renders its refusal.
  static func run(json: Bool, _ work: () async throws -> Void) async throws {
    do {
      try await work()
    } catch let refusal as Refusal {
      throw failure(refusal, json: json)
    } catch let unasked as Question.Unasked {
      note("tapctl: \(unasked.sentence)")
      throw ExitCode(EX_USAGE)
    }
  }

  /// What may stand in a path or a query of what an operator typed.
  static func pathPart(_ text: String, keeping: String = "-") -> String {
    text.filter { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || keeping.contains($0)) }
  }

  /// An amount in JSON's minor units as people read it here.
  static func amount(_ json: JSON?) -> String {
    json?.int64.map { Money.here.text(Amount(minorUnits: $0)) } ?? "?"
  }
}
