import FedowProtocol
import Foundation

/// A program of ours that is run to its end.
struct Tool: Sendable {
  let path: String

  /// What it printed.
  /// - Throws: `Breach` when its status is not 0.
  @discardableResult
  func run(_ arguments: [String]) throws -> String {
    let (process, output, errors) = (Process(), Pipe(), Pipe())
    process.executableURL = URL(filePath: path)
    process.arguments = arguments
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = output
    process.standardError = errors
    try process.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    let said = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw Breach("\(path) \(arguments.joined(separator: " ")): status \(process.terminationStatus)\n\(text)\(said)")
    }
    return text
  }

  /// The JSON that it printed.
  func answer(_ arguments: [String]) throws -> JSON { try JSON.parse(try run(arguments)) }
}
