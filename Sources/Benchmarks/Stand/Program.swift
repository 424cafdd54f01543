import FedowProtocol
import Foundation

/// One of our programs, run as a process.
struct Program: Sendable {
  let path: String

  /// Runs it to its end and reads the JSON that it prints.
  func answer(_ arguments: [String]) throws -> JSON {
    let (process, output) = (Process(), Pipe())
    process.executableURL = URL(filePath: path)
    process.arguments = arguments + ["--json"]
    process.standardOutput = output
    try process.run()
    let bytes = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw BenchError("\(path) \(arguments.joined(separator: " ")) ended with \(process.terminationStatus)")
    }
    return try JSON.parse(Array(bytes))
  }

  /// Starts it as a daemon that writes its log into this file.
  /// - Parameter environment: what it finds in its environment beside this program's own.
  func start(_ arguments: [String], log: String, environment: [String: String] = [:]) throws -> RunningProgram {
    let process = Process()
    if !environment.isEmpty {
      process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    }
    guard FileManager.default.createFile(atPath: log, contents: nil) else { throw BenchError("\(log) cannot be made") }
    process.executableURL = URL(filePath: path)
    process.arguments = arguments
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle(forWritingAtPath: log)
    try process.run()
    return RunningProgram(process)
  }
}

/// A daemon of ours, ended with this value.
final class RunningProgram {
  private let process: Process

  init(_ process: Process) { self.process = process }

  deinit { stop() }

  var id: Int32 { process.processIdentifier }

  /// Ends it as the system would, and waits for its end.
  func stop() {
    guard process.isRunning else { return }
    process.terminate()
    process.waitUntilExit()
  }
}
