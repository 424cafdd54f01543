import ArgumentParser
import Console
import Foundation

/// Asks before something is changed that a person may regret.
struct Confirmation: ParsableArguments {
  @Flag(name: .long, help: "Do not ask.")
  var yes = false

  /// - Throws: an exit with code 64 where nobody can be asked, with code 1 when the answer is no.
  func confirm(_ question: String) throws {
    do {
      guard try !Question.isAgreed(question, yes: yes) else { return }
      FileHandle.standardError.write(Data("Nothing was changed.\n".utf8))
      throw ExitCode.failure
    } catch let unasked as Question.Unasked {
      FileHandle.standardError.write(Data("ledgerd: \(unasked.sentence)\n".utf8))
      throw ExitCode(EX_USAGE)
    }
  }
}
