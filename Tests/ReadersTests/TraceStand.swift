import Foundation
import Model
import Readers
import TestKit

/// A trace that arrives line by line through a named pipe.
final class TraceStand: ReaderStand {
  let reader: any TagReader
  private let folder = TemporaryFolder()
  private let path: String
  private let pipe: FileHandle

  init() throws {
    path = folder.path + "/trace"
    guard mkfifo(path, 0o600) == 0 else { throw CocoaError(.fileWriteUnknown) }
    reader = TraceReader(path: path, pace: .live)
    pipe = FileHandle(fileDescriptor: open(path, O_RDWR | O_CLOEXEC), closeOnDealloc: true)
    try write(#""state":"idle""#)
  }

  func put(_ uid: TagUID) throws {
    try write(#""field":"tag","uid":"\#(uid)","technology":"mifare_classic_1k""#)
    try write(#""state":"reading""#)
  }

  func takeAway() throws {
    try write(#""field":"empty""#)
    try write(#""state":"idle""#)
  }

  func unplug() throws {
    try write(#""field":"lost""#)
    try write(#""state":"absent""#)
  }

  func plugIn() throws { try takeAway() }

  private func write(_ fields: String) throws {
    try pipe.write(contentsOf: Data("{\"at_ns\":1,\"reader\":\"recorded\",\(fields)}\n".utf8))
  }
}
