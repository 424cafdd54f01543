import Foundation

/// A bar on the terminal that grows; nothing at all where the errors go elsewhere, so that logs stay readable.
struct ProgressBar: Sendable {
  private let label: String
  private let isShown: Bool
  private static let width = 30

  init(_ label: String) {
    self.label = label
    isShown = isatty(STDERR_FILENO) == 1
  }

  /// Shows that so many of all are done.
  func show(_ done: Int, of total: Int) {
    guard isShown, total > 0 else { return }
    let filled = min(Self.width, done * Self.width / total)
    let bar = String(repeating: "#", count: filled) + String(repeating: " ", count: Self.width - filled)
    FileHandle.standardError.write(Data("\r\(label) [\(bar)] \(done) of \(total)".utf8))
  }

  /// Takes the bar away, so that what is printed next begins a line.
  func end() {
    if isShown { FileHandle.standardError.write(Data("\r\u{1B}[K".utf8)) }
  }
}
