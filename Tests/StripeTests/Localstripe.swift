import Foundation
import Glibc
import TestKit

/// `localstripe`, another's stand-in for Stripe (PyPI), as `scripts/install-localstripe` puts it beside the build.
final class Localstripe: Sendable {
  private let process: Process
  let url: String

  /// Where it is; nil where it was not installed.
  static let program: String? = {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let path = root.appending(path: ".build/localstripe/bin/localstripe").path
    return FileManager.default.isExecutableFile(atPath: path) ? path : nil
  }()

  struct Failure: Error {}

  /// Starts it, and returns when it listens; no other test's thread is held meanwhile.
  static func start() async throws -> Localstripe {
    try await withCheckedThrowingContinuation { continuation in
      DispatchQueue.global().async { continuation.resume(with: Result { try Localstripe() }) }
    }
  }

  private init() throws {
    guard let program = Self.program else { throw Failure() }
    let port = try LoopbackListener().port
    url = "http://127.0.0.1:\(port)"
    process = Process()
    process.executableURL = URL(filePath: program)
    process.arguments = ["--port", "\(port)", "--from-scratch"]
    process.environment = ProcessInfo.processInfo.environment.merging(["PYTHONUNBUFFERED": "1"]) { $1 }
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = FileHandle.nullDevice
    try process.run()
    let running = process
    // Whatever goes wrong, nobody waits for ever.
    DispatchQueue.global().asyncAfter(deadline: .now() + 60) { [weak running] in running?.terminate() }
    var said = Data()
    while !String(decoding: said, as: UTF8.self).contains("Running on") {
      let more = pipe.fileHandleForReading.availableData
      guard !more.isEmpty else { throw Failure() }
      said += more
    }
    // What it says from now on must not fill the pipe.
    pipe.fileHandleForReading.readabilityHandler = { _ = $0.availableData }
  }

  deinit { if process.isRunning { Glibc.kill(process.processIdentifier, SIGKILL) } }
}
