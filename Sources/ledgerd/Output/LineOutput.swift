import Foundation
import Synchronization

/// Standard output for very many lines: gathered, and written in larger pieces.
final class LineOutput: Sendable {
  private let buffer = Mutex<[UInt8]>([])
  private static let piece = 65_536

  func write(_ line: String) throws {
    try buffer.withLock { buffer in
      buffer.append(contentsOf: line.utf8)
      buffer.append(UInt8(ascii: "\n"))
      if buffer.count >= Self.piece { try Self.flush(&buffer) }
    }
  }

  /// Writes what is left.
  func flush() throws { try buffer.withLock { try Self.flush(&$0) } }

  private static func flush(_ buffer: inout [UInt8]) throws {
    try FileHandle.standardOutput.write(contentsOf: buffer)
    buffer.removeAll(keepingCapacity: true)
  }
}
