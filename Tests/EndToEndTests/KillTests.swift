import Foundation
import Testing

/// `scripts/kill-test`, which anyone can run longer: SIGKILL in the middle of taps, and the money afterwards.
@Suite("Killed at any moment of a tap, the charge tells the truth")
struct KillTests {
  @Test("Six kills of tapd, ledgerd or both: each debit is there once or not at all", .timeLimit(.minutes(10)))
  func kills() async throws {
    let script = try KillScript(rounds: 6)
    defer { script.forget() }
    let status = try await script.run()
    #expect(status == 0, "\(script.output)")
  }
}

/// One run of the script against the programs that were built beside the tests.
private struct KillScript {
  private let process = Process()
  private let log: URL

  /// What it printed: on a violation the charge, the seed and where the databases are.
  var output: String { (try? String(contentsOf: log, encoding: .utf8)) ?? "" }

  func forget() { try? FileManager.default.removeItem(at: log) }

  init(rounds: Int) throws {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    log = FileManager.default.temporaryDirectory.appending(path: "kill-test-\(UUID().uuidString).log")
    guard FileManager.default.createFile(atPath: log.path, contents: nil) else {
      throw CocoaError(.fileWriteUnknown)
    }
    let handle = try FileHandle(forWritingTo: log)
    process.executableURL = root.appending(path: "scripts/kill-test")
    process.arguments = ["\(rounds)", "--binaries", Program.folder.path]
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = handle
    process.standardError = handle
  }

  /// Its exit status. A test that is given up ends the script with SIGTERM, and that its daemons.
  func run() async throws -> Int32 {
    let ended = AsyncStream<Int32>.makeStream()
    process.terminationHandler = { ended.continuation.yield($0.terminationStatus) }
    try process.run()
    let status = await withTaskCancellationHandler {
      await ended.stream.first { _ in true }
    } onCancel: { [process] in
      process.terminate()
    }
    return status ?? -1
  }
}
