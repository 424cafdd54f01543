import Foundation
import Glibc
import Synchronization

/// One of our programs, run for real.
final class Program: Sendable {
  /// Where the programs are that were built with the tests.
  static let folder = Bundle.main.executableURL?.deletingLastPathComponent() ?? URL(filePath: ".build/debug")

  /// A command that did not end well.
  struct Failure: Error, CustomStringConvertible {
    let description: String
  }

  private let process: Process
  private let lines: Lines
  private let said = Mutex<[String]>([])

  /// Starts a program that goes on until it is ended; its output and its log are read as lines.
  /// - Parameter input: what it reads as if somebody typed it; nothing without it.
  init(_ name: String, _ arguments: [String], environment: [String: String] = [:], input: Pipe? = nil) throws {
    process = Process()
    process.executableURL = Self.folder.appending(path: name)
    process.arguments = arguments
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = pipe
    process.standardInput = input ?? FileHandle.nullDevice
    lines = Lines(pipe.fileHandleForReading)
    try process.run()
    // Whatever goes wrong, nobody waits for ever: ended, the program's pipe ends, and so does every wait for a line. Asked
    // first, it ends what it started itself.
    DispatchQueue.global().asyncAfter(deadline: .now() + Self.longest) { [weak self] in self?.terminate() }
    DispatchQueue.global().asyncAfter(deadline: .now() + Self.longest + 10) { [weak self] in self?.kill() }
  }

  deinit { kill() }

  /// In seconds, more than any test has to do with a program, on a machine that does much else meanwhile.
  private static let longest = 240.0

  private func terminate() { if process.isRunning { process.terminate() } }

  /// Ends it at once, as SIGKILL does.
  func kill() { if process.isRunning { Glibc.kill(process.processIdentifier, SIGKILL) } }

  /// Waits for a line that contains the words, unless it was said already.
  @discardableResult
  func waitForLine(_ words: String) throws -> String {
    if let line = said.withLock({ $0.first { $0.contains(words) } }) { return line }
    while let line = nextLine() { if line.contains(words) { return line } }
    let name = process.executableURL?.lastPathComponent ?? ""
    throw Failure(description: "\(name) never said '\(words)', only: \(said.withLock { $0 })")
  }

  private func nextLine() -> String? {
    let line = lines.next()
    if let line { said.withLock { $0.append(line) } }
    return line
  }

  /// Asks it to end and gives its exit status.
  func end() -> Int32 {
    process.terminate()
    process.waitUntilExit()
    return process.terminationStatus
  }

  /// Waits for it to end by itself; all that it said, and its exit status.
  func result() -> (output: String, status: Int32) {
    while nextLine() != nil {}
    process.waitUntilExit()
    return (said.withLock { $0.joined(separator: "\n") }, process.terminationStatus)
  }

  /// The same, for what takes long: no other test's thread is held meanwhile.
  func laterResult() async -> (output: String, status: Int32) {
    await withCheckedContinuation { continuation in
      DispatchQueue.global().async { [self] in continuation.resume(returning: result()) }
    }
  }

  /// Runs a program to its end and gives what it printed.
  /// - Throws: `Failure` when its exit status is not 0.
  @discardableResult
  static func run(_ name: String, _ arguments: [String]) throws -> String {
    let (output, status) = try Program(name, arguments).result()
    guard status == 0 else { throw Failure(description: "\(name) \(arguments) ended with \(status): \(output)") }
    return output
  }
}

/// The lines of a pipe, one after the other, as they come.
private final class Lines: Sendable {
  private let handle: FileHandle
  private let buffer = Mutex(Data())

  init(_ handle: FileHandle) { self.handle = handle }

  func next() -> String? {
    buffer.withLock { buffer in
      while true {
        if let end = buffer.firstIndex(of: UInt8(ascii: "\n")) {
          defer { buffer = Data(buffer[(end + 1)...]) }
          return String(decoding: buffer[..<end], as: UTF8.self)
        }
        let more = handle.availableData
        guard !more.isEmpty else { return nil }
        buffer.append(more)
      }
    }
  }
}
