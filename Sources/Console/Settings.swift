import Glibc

/// What the environment says.
public enum Settings {
  /// A variable; nil when it is not set.
  public static func value(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }

  /// The locale of a category, like `fr_FR.UTF-8`, in the order in which POSIX looks; `C` when nothing is said.
  public static func locale(_ category: String) -> String {
    [value("LC_ALL"), value(category), value("LANG")].compactMap { $0 }.first { !$0.isEmpty } ?? "C"
  }

  /// The language of messages: `en`, `fr`, ...
  public static var language: String {
    let language = locale("LC_MESSAGES").prefix { $0 != "_" && $0 != "." }
    return language == "C" || language == "POSIX" ? "en" : String(language)
  }
}
