import Foundation

/// A wall clock of one process that can be set while it runs (libfaketime); its monotonic clock stays the machine's.
final class SteppedClock: Sendable {
  private let file: String
  private let name = UUID().uuidString

  /// - Returns: nil where libfaketime is not installed.
  init?(file: String) {
    guard Self.library != nil else { return nil }
    self.file = file
    guard (try? step(by: 0)) != nil else { return nil }
  }

  private static let library = ["x86_64-linux-gnu", "aarch64-linux-gnu", "arm-linux-gnueabihf"]
    .map { "/usr/lib/\($0)/faketime/libfaketimeMT.so.1" }.first { FileManager.default.fileExists(atPath: $0) }

  /// What the process needs in its environment.
  var environment: [String: String] {
    [
      "LD_PRELOAD": Self.library ?? "", "FAKETIME_TIMESTAMP_FILE": file, "FAKETIME_NO_CACHE": "1",
      "FAKETIME_DONT_FAKE_MONOTONIC": "1", "DONT_FAKE_MONOTONIC": "1", "FAKETIME_DONT_RESET": "1",
      // Where it has to add this itself, the environment moves, behind which Swift looks for the arguments.
      "FAKETIME_SHARED": "/faketime_sem_\(name) /faketime_shm_\(name)",
    ]
  }

  /// Sets it so far ahead of the machine's clock, or behind it.
  func step(by seconds: Int) throws {
    // In one piece: the process may look at any moment.
    try "\(seconds < 0 ? "" : "+")\(seconds)".write(toFile: file, atomically: true, encoding: .utf8)
  }
}
