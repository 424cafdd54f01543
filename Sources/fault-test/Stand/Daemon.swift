import Foundation
import Glibc
import Synchronization

/// A program that is started, killed with SIGKILL, and started again.
final class Daemon: Sendable {
  private let path: String
  private let arguments: @Sendable () -> [String]
  private let log: String
  private let process = Mutex<Process?>(nil)

  init(_ path: String, log: String, arguments: @escaping @Sendable () -> [String]) {
    self.path = path
    self.arguments = arguments
    self.log = log
  }

  /// Starts it and waits until it says at which port it listens.
  /// - Throws: `Breach` when it ends by itself or never says so.
  func start() async throws -> UInt16 {
    let exists = FileManager.default.fileExists(atPath: log)
    guard exists || FileManager.default.createFile(atPath: log, contents: nil) else { throw Breach("no \(log)") }
    guard let file = FileHandle(forWritingAtPath: log) else { throw Breach("\(log) cannot be written") }
    let begin = try file.seekToEnd()
    let started = Process()
    started.executableURL = URL(filePath: path)
    started.arguments = arguments()
    started.standardInput = FileHandle.nullDevice
    started.standardOutput = file
    started.standardError = file
    try started.run()
    process.withLock { $0 = started }
    let deadline = ContinuousClock.now + .seconds(20)
    while ContinuousClock.now < deadline {
      if let port = try said(after: begin) { return port }
      guard started.isRunning else { throw Breach("\(path) ended by itself; see \(log)") }
      try await Task.sleep(for: .milliseconds(5))
    }
    throw Breach("\(path) never listened; see \(log)")
  }

  /// Ends it at once, wherever it is.
  func kill() {
    let running = process.withLock { process in
      defer { process = nil }
      return process
    }
    guard let running, running.isRunning else { return }
    Glibc.kill(running.processIdentifier, SIGKILL)
    running.waitUntilExit()
  }

  private func said(after begin: UInt64) throws -> UInt16? {
    guard let file = FileHandle(forReadingAtPath: log) else { return nil }
    try file.seek(toOffset: begin)
    let text = String(decoding: try file.readToEnd() ?? Data(), as: UTF8.self)
    let line = text.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
      .first { $0.contains("listening on") }
    return line?.split(separator: ":").last.flatMap { UInt16($0) }
  }
}
