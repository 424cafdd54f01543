import ArgumentParser
import Foundation
import Model

/// Asks before something is changed that a person may regret.
struct Confirmation: ParsableArguments {
  @Flag(name: .long, help: "Do not ask.")
  var yes = false

  /// - Throws: `Refusal` with `request_malformed` without a terminal; an exit with code 1 when the answer is no.
  func confirm(_ question: String) throws {
    guard !yes else { return }
    guard isatty(STDIN_FILENO) == 1 else {
      throw Refusal(.requestMalformed, "There is no terminal to ask on. Say --yes if it is to be done.")
    }
    FileHandle.standardError.write(Data("\(question) [y/N] ".utf8))
    guard ["y", "yes"].contains(readLine()?.lowercased() ?? "") else {
      FileHandle.standardError.write(Data("Nothing was changed.\n".utf8))
      throw ExitCode.failure
    }
  }
}
