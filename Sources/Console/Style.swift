import Glibc

/// How words may look: as they are, or with a terminal's emphasis.
public enum Style: Sendable {
  case plain
  case emphatic

  /// What standard output shows: emphasis only on a terminal, and never where `NO_COLOR` is set (https://no-color.org).
  public static var standard: Style {
    let refuses = Settings.value("NO_COLOR").map { !$0.isEmpty } ?? false
    return isatty(STDOUT_FILENO) == 1 && !refuses && Settings.value("TERM") != "dumb" ? .emphatic : .plain
  }

  /// Bold.
  public func bold(_ text: String) -> String { wrap(text, "1") }

  /// For what is wrong.
  public func red(_ text: String) -> String { wrap(text, "31") }

  private func wrap(_ text: String, _ code: String) -> String {
    self == .plain ? text : "\u{1B}[\(code)m\(text)\u{1B}[0m"
  }
}
