import Glibc
import Model

/// Asks before money or an identity changes.
public enum Question {
  /// What was said to a question that could not be asked.
  public struct Unasked: Error, Sendable {
    /// For the person at the terminal.
    public let sentence: String
  }

  /// Whether the operator says yes; `--yes` has said it already.
  /// - Throws: `Unasked` where nobody can be asked.
  public static func isAgreed(_ question: String, yes: Bool) throws(Unasked) -> Bool {
    if yes { return true }
    guard isatty(STDIN_FILENO) == 1 else {
      throw Unasked(sentence: "\(question) There is no terminal to ask at: say --yes.")
    }
    write("\(question) [y/N] ")
    let answer = readLine()?.lowercased() ?? ""
    return ["y", "yes", "o", "oui"].contains(answer)
  }

  private static func write(_ text: String) {
    _ = text.withCString { Glibc.write(STDERR_FILENO, $0, strlen($0)) }
  }
}
