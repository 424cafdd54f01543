import Foundation

/// A directory for the databases of one run, gone with it.
final class ScratchDirectory: Sendable {
  let path: String

  init(under directory: String) throws {
    path = directory + "/fedow-tap-bench-\(UUID().uuidString.prefix(8))"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }
}
