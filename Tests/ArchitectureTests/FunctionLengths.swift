/// How long the functions, initialisers, subscripts and computed properties of masked code are, by counting braces.
struct FunctionLengths {
  struct Function: Equatable {
    let name: String
    /// The line of its `func`, from 1.
    let line: Int
    /// From that line to the one of its closing brace, both counted.
    let lines: Int
  }

  private let code: [UInt8]
  private var position = 0
  private var line = 1
  private var functions: [Function] = []

  static func measure(_ code: [UInt8]) -> [Function] {
    var measured = FunctionLengths(code)
    measured.scan()
    return measured.functions
  }

  private init(_ code: [UInt8]) { self.code = code }

  private mutating func scan() {
    while position < code.count {
      guard CodeWords.isPart(code[position]) else {
        step()
        continue
      }
      let previous = position > 0 ? code[position - 1] : 0
      let word = takeWord()
      // `self.init(` and `` `init` `` declare nothing.
      if previous == UInt8(ascii: ".") || previous == UInt8(ascii: "`") { continue }
      switch word {
      case "func", "init", "deinit", "subscript": measureBody(word, isProperty: false)
      case "var": measureBody(word, isProperty: true)
      default: break
      }
    }
  }

  private mutating func step() {
    if code[position] == UInt8(ascii: "\n") { line += 1 }
    position += 1
  }

  private mutating func takeWord() -> String {
    let start = position
    while position < code.count, CodeWords.isPart(code[position]) { position += 1 }
    return String(decoding: code[start..<position], as: UTF8.self)
  }

  /// Looks ahead only, so that the functions inside a function are measured too.
  private mutating func measureBody(_ keyword: String, isProperty: Bool) {
    let start = (position: position, line: line)
    defer { (position, line) = start }
    guard let header = skipHeader(isProperty: isProperty) else { return }
    var depth = 0
    while position < code.count {
      if code[position] == UInt8(ascii: "{") { depth += 1 }
      if code[position] == UInt8(ascii: "}") {
        depth -= 1
        if depth == 0 {
          let name = header.isEmpty ? keyword : header
          return functions.append(Function(name: name, line: start.line, lines: line - start.line + 1))
        }
      }
      step()
    }
  }

  /// Goes to the brace that opens the body, and gives the declared name; nil when there is no body (a requirement of a
  /// protocol, a stored property, a call).
  private mutating func skipHeader(isProperty: Bool) -> String? {
    var name = ""
    var depth = 0
    while position < code.count {
      let byte = code[position]
      if CodeWords.isPart(byte) {
        let isFirst = code[..<position].last { $0 != UInt8(ascii: " ") } == UInt8(ascii: "\n")
        let word = takeWord()
        if name.isEmpty { name = word }
        if depth == 0, isFirst, Self.declarations.contains(word) { return nil }
        continue
      }
      switch byte {
      case UInt8(ascii: "("), UInt8(ascii: "["): depth += 1
      case UInt8(ascii: ")"), UInt8(ascii: "]"): depth -= 1
      case UInt8(ascii: "{") where depth == 0: return name
      case UInt8(ascii: "}") where depth <= 0, UInt8(ascii: "@") where depth == 0 && isLineStart: return nil
      case UInt8(ascii: "=") where isProperty && depth == 0, UInt8(ascii: "\n") where isProperty && depth == 0:
        return nil
      default: break
      }
      if depth < 0 { return nil }
      step()
    }
    return nil
  }

  private var isLineStart: Bool { code[..<position].last { $0 != UInt8(ascii: " ") } == UInt8(ascii: "\n") }

  private static let declarations: Set<String> = [
    "func", "init", "deinit", "subscript", "var", "let", "case", "struct", "enum", "class", "actor", "extension",
    "protocol", "typealias", "associatedtype", "import", "public", "private", "internal", "fileprivate", "package",
    "static", "mutating", "nonisolated", "override", "final", "return", "if", "guard", "for", "while", "switch",
  ]
}
