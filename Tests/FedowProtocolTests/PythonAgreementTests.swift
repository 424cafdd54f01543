import FedowProtocol
import Foundation
import TestKit
import Testing

/// Random values, written by us, read and written by the real Python, compared byte for byte.
@Suite("JSON against Python")
struct PythonAgreementTests {
  static let program = """
    import json, sys
    for line in sys.stdin:
        value = json.loads(line)
        print(json.dumps(value))
        print(json.dumps(value, sort_keys=True))
        print(json.dumps(str(value)))
    """

  @Test("dump, sorted dump and str() of 3,000 random values")
  func agreement() throws {
    var source = RandomJSON(seed: 20_260_701)
    let values = (0..<3000).map { _ in source.value(depth: 0) }
    let lines = try Self.askPython(values)
    try #require(lines.count == values.count * 3)
    for (index, text) in values.enumerated() {
      let value = try JSON.parse(text)
      #expect(value.pythonDump() == lines[index * 3], "seed 20260701, value \(index): \(text)")
      #expect(value.pythonDump(sortKeys: true) == lines[index * 3 + 1], "value \(index): \(text)")
      // A lone surrogate at the top has no str() that could be hashed.
      if case .string(let string) = value, string.string == nil { continue }
      #expect(JSON(value.pythonString).pythonDump() == lines[index * 3 + 2], "value \(index): \(text)")
    }
  }

  private static func askPython(_ texts: [String]) throws -> [String] {
    let process = Process()
    let input = Pipe()
    let output = Pipe()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["python3", "-c", program]
    process.standardInput = input
    process.standardOutput = output
    try process.run()
    // Written beside the reading, because both pipes are smaller than the texts.
    let writer = Thread {
      input.fileHandleForWriting.write(Data((texts.joined(separator: "\n") + "\n").utf8))
      try? input.fileHandleForWriting.close()
    }
    writer.start()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return String(decoding: data, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
      .dropLast().map { String($0) }
  }
}

/// JSON texts of every kind, the same for the same seed.
struct RandomJSON {
  private var generator: SeededGenerator

  init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

  mutating func value(depth: Int) -> String {
    switch Int.random(in: 0..<(depth > 3 ? 6 : 9), using: &generator) {
    case 0: return "null"
    case 1: return Bool.random(using: &generator) ? "true" : "false"
    case 2:
      return String(Int64.random(in: .min ... .max, using: &generator) >> Int64.random(in: 0..<60, using: &generator))
    case 3: return float()
    case 4, 5: return string()
    case 6, 7: return "{" + members(depth: depth) { $0.string() + ":" + $0.value(depth: depth + 1) } + "}"
    default: return "[" + members(depth: depth) { $0.value(depth: depth + 1) } + "]"
    }
  }

  private mutating func members(depth: Int, _ member: (inout Self) -> String) -> String {
    (0..<Int.random(in: 0..<5, using: &generator)).map { _ in member(&self) }.joined(separator: ",")
  }

  private mutating func float() -> String {
    let value = Double(bitPattern: generator.next())
    return value.isFinite ? String(value) : "0.5"
  }

  private mutating func string() -> String {
    var text = "\""
    for _ in 0..<Int.random(in: 0..<8, using: &generator) {
      switch Int.random(in: 0..<6, using: &generator) {
      case 0: text += ["\\n", "\\\"", "\\\\", "\\/", "\\b", "\\f", "\\t", "\\r"].randomElement(using: &generator) ?? ""
      // Characters whose category no newer Unicode has changed: the two languages carry different versions of it.
      case 1: text += "\\u" + String(format: "%04x", Int.random(in: 0..<0x800, using: &generator))
      case 2:
        text += ["\\ud800", "\\ud83d\\ude00", "\\udc00", "\\u2028", "\\u200b"].randomElement(using: &generator) ?? ""
      default: text += ["a", "é", "'", "€", "😀", " ", "7"].randomElement(using: &generator) ?? ""
      }
    }
    return text + "\""
  }
}
