import Glibc

/// A bar on the terminal that grows; nothing where the errors go elsewhere, so that logs stay readable.
public struct ProgressLine: Sendable {
  private static let width = 30
  private let label: String
  private let isShown = isatty(STDERR_FILENO) == 1

  /// A bar of such things.
  public init(_ label: String) { self.label = label }

  /// Shows that so many of all are done.
  public func show(_ done: Int, of total: Int) {
    guard isShown, total > 0 else { return }
    let filled = min(Self.width, done * Self.width / total)
    let bar = String(repeating: "#", count: filled) + String(repeating: " ", count: Self.width - filled)
    write("\r\(label) [\(bar)] \(done) of \(total)")
  }

  /// Takes the bar away.
  public func end() { if isShown { write("\r\u{1B}[K") } }

  private func write(_ text: String) {
    _ = text.withCString { Glibc.write(STDERR_FILENO, $0, strlen($0)) }
  }
}
