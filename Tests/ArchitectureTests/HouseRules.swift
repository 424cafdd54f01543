/// The design's rules, as functions from a file's text to what is wrong with it.
struct HouseRules {
  static let longestFile = 400
  static let longestFunction = 70

  /// Where the file is, from the package's root: `Sources/Model/Amount.swift`.
  let path: String
  private let masked: MaskedSource
  private let codeLines: [String]
  private let commentLines: [String]

  init(path: String, text: String) {
    self.path = path
    masked = MaskedSource(text)
    codeLines = masked.codeLines
    commentLines = masked.commentLines
  }

  var violations: [Violation] {
    sizes + forbiddenCalls + uncheckedSendables + (isSource ? imports + impurities : [])
  }

  private var isSource: Bool { path.hasPrefix("Sources/") }
  private var target: String { path.split(separator: "/").dropFirst().first.map { String($0) } ?? "" }

  private func violation(_ rule: Violation.Rule, line: Int, _ detail: String) -> Violation {
    Violation(path: path, line: line, rule: rule, detail: detail)
  }

  // MARK: Layers

  private var imports: [Violation] {
    guard let allowed = Floors.table[target] else { return [violation(.unknownTarget, line: 1, target)] }
    return codeLines.enumerated().compactMap { index, line in
      guard let module = Self.importedModule(line), !allowed.contains(module) else { return nil }
      return violation(.importNotAllowed, line: index + 1, "\(target) imports \(module)")
    }
  }

  /// The module that a line imports, be it `import M`, `@testable import M`, `private import M` or `import struct M.T`.
  static func importedModule(_ line: String) -> String? {
    let words = line.split { $0 == " " || $0 == "\t" || $0 == ";" }
    guard let position = words.firstIndex(of: "import") else { return nil }
    let access: Set<Substring> = ["public", "package", "internal", "fileprivate", "private"]
    guard words[..<position].allSatisfy({ $0.hasPrefix("@") || access.contains($0) }) else { return nil }
    let kinds: Set<Substring> = ["struct", "class", "enum", "protocol", "typealias", "func", "let", "var"]
    var rest = words[(position + 1)...]
    if let first = rest.first, kinds.contains(first) { rest = rest.dropFirst() }
    return rest.first?.split(separator: ".").first.map { String($0) }
  }

  private var impurities: [Violation] {
    guard target == "Rules" else { return [] }
    let forbidden: Set<String> = [
      "async", "await", "Task", "actor", "Date", "UUID", "ContinuousClock", "SuspendingClock", "Clock", "clock_gettime",
      "time", "gettimeofday", "random", "randomElement", "shuffled", "SystemRandomNumberGenerator", "print",
    ]
    return codeLines.enumerated().flatMap { index, line in
      Self.calls(in: line).filter { forbidden.contains($0) }.map { violation(.impureRule, line: index + 1, $0) }
    }
  }

  /// The words of a line that are not labels or names of parameters: `time:` names a value, `time(` takes the time.
  private static func calls(in line: String) -> [String] {
    CodeWords.words(in: line).filter { $0.next != UInt8(ascii: ":") }.map(\.text)
  }

  // MARK: Sizes

  private var sizes: [Violation] {
    let count = masked.code.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).count - 1
    let file = count > Self.longestFile ? [violation(.longFile, line: count, "\(count) lines")] : []
    let functions = FunctionLengths.measure(masked.code).filter { $0.lines > Self.longestFunction }
    return file + functions.map { violation(.longFunction, line: $0.line, "\($0.name), \($0.lines) lines") }
  }

  // MARK: Forbidden words

  private var forbiddenCalls: [Violation] {
    codeLines.enumerated().flatMap { index, line in
      CodeWords.words(in: line).compactMap { word -> Violation? in
        switch (word.text, word.next) {
        case ("try", UInt8(ascii: "!")): violation(.forcedTry, line: index + 1, line)
        case ("fatalError", _): violation(.trap, line: index + 1, line)
        case ("usleep", UInt8(ascii: "(")), ("nanosleep", UInt8(ascii: "(")):
          violation(.blockingSleep, line: index + 1, line)
        case ("sleep", UInt8(ascii: "(")) where word.receiver == nil || word.receiver == "Thread":
          violation(.blockingSleep, line: index + 1, line)
        case ("sleep", _) where word.receiver == "Thread": violation(.blockingSleep, line: index + 1, line)
        default: nil
        }
      }
    }
  }

  /// The reason stands in a comment at most two lines above, or in the first three lines inside the type.
  private var uncheckedSendables: [Violation] {
    codeLines.indices.compactMap { index in
      let words = CodeWords.words(in: codeLines[index])
      guard words.contains(where: { $0.text == "unchecked" && $0.previous == UInt8(ascii: "@") }) else { return nil }
      let near = max(0, index - 2)...min(codeLines.count - 1, index + 3)
      let isExplained = near.contains { line in
        // A documentation comment says what the type is, not why its word is taken for it.
        let comment = commentLines[line].drop { $0 == " " }
        return (comment.hasPrefix("//") && !comment.hasPrefix("///")) || Self.saysWhy(comment)
      }
      return isExplained ? nil : violation(.uncheckedSendable, line: index + 1, codeLines[index])
    }
  }

  private static func saysWhy(_ comment: Substring) -> Bool {
    comment.contains("Sendable") || comment.contains("thread")
  }
}
