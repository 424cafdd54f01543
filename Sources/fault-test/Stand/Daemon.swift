import Foundation
import Glibc
import Synchronization

/// A program that is started, stopped, killed with SIGKILL, and started again.
final class Daemon: Sendable {
  private let path: String
  private let arguments: @Sendable () -> [String]
  private let log: String
  private let process = Mutex<Process?>(nil)
  private let environment: [String: String]
  /// Its wall clock, where it can be set.
  let clock: SteppedClock?

  init(
    _ path: String, log: String, clock: SteppedClock? = nil, environment: [String: String] = [:],
    arguments: @escaping @Sendable () -> [String]
  ) {
    self.path = path
    self.clock = clock
    self.environment = environment.merging(clock?.environment ?? [:]) { $1 }
    self.arguments = arguments
    self.log = log
  }

  /// Starts it and waits until it says at which port it listens.
  /// - Throws: `Breach` when it ends by itself or never says so.
  func start() async throws -> UInt16 {
    for _ in 0..<5 {
      if let port = try await tryToStart() { return port }
    }
    throw Breach("\(path) gets no clock from libfaketime; see \(log)")
  }

  /// - Returns: nil when libfaketime ended it before it began: its semaphore vanishes now and then between being made and
  ///   being opened.
  private func tryToStart() async throws -> UInt16? {
    let exists = FileManager.default.fileExists(atPath: log)
    guard exists || FileManager.default.createFile(atPath: log, contents: nil) else { throw Breach("no \(log)") }
    guard let file = FileHandle(forWritingAtPath: log) else { throw Breach("\(log) cannot be written") }
    let begin = try file.seekToEnd()
    let started = Process()
    started.executableURL = URL(filePath: path)
    started.arguments = arguments()
    if !environment.isEmpty { started.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 } }
    started.standardInput = FileHandle.nullDevice
    started.standardOutput = file
    started.standardError = file
    try started.run()
    process.withLock { $0 = started }
    let deadline = ContinuousClock.now + .seconds(20)
    while ContinuousClock.now < deadline {
      if let port = try said(after: begin) { return port }
      guard started.isRunning else {
        if try output(after: begin).hasPrefix("libfaketime: ") { return nil }
        throw Breach("\(path) ended by itself; see \(log)")
      }
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

  /// Lets it do nothing, as if its machine had gone to sleep.
  func stop() { signal(SIGSTOP) }

  /// Lets it go on.
  func proceed() { signal(SIGCONT) }

  private func signal(_ number: Int32) {
    process.withLock { process in
      if let process, process.isRunning { Glibc.kill(process.processIdentifier, number) }
    }
  }

  private func output(after begin: UInt64) throws -> String {
    guard let file = FileHandle(forReadingAtPath: log) else { return "" }
    try file.seek(toOffset: begin)
    return String(decoding: try file.readToEnd() ?? Data(), as: UTF8.self)
  }

  private func said(after begin: UInt64) throws -> UInt16? {
    let line = try output(after: begin).split(separator: "\n", omittingEmptySubsequences: false).dropLast()
      .first { $0.contains("listening on") }
    return line?.split(separator: ":").last.flatMap { UInt16($0) }
  }
}
