/// A Swift file whose comments and string contents are blanked, line for line, so that a word found is a word of code.
///
/// Code inside a string's interpolation stays. Regex literals are not known: the sources have none.
struct MaskedSource {
  /// The code alone, as long as the text, line feeds where they were.
  let code: [UInt8]
  /// The comments alone, likewise.
  let comments: [UInt8]

  init(_ text: String) {
    var scanner = Scanner(Array(text.utf8))
    scanner.scanCode(untilParenthesis: false)
    code = scanner.code
    comments = scanner.comments
  }

  var codeLines: [String] { Self.lines(code) }
  var commentLines: [String] { Self.lines(comments) }

  private static func lines(_ bytes: [UInt8]) -> [String] {
    bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map {
      String(decoding: $0, as: UTF8.self)
    }
  }
}

private struct Scanner {
  private let text: [UInt8]
  private var position = 0
  private(set) var code: [UInt8]
  private(set) var comments: [UInt8]

  init(_ text: [UInt8]) {
    self.text = text
    let blank = text.map { $0 == UInt8(ascii: "\n") ? $0 : UInt8(ascii: " ") }
    code = blank
    comments = blank
  }

  /// Scans to the end, or, in an interpolation, to the parenthesis that closes it.
  mutating func scanCode(untilParenthesis: Bool) {
    var depth = 0
    while position < text.count {
      if starts("//") {
        scanLineComment()
      } else if starts("/*") {
        scanBlockComment()
      } else if let hashes = stringDelimiter() {
        scanString(hashes: hashes)
      } else {
        let byte = text[position]
        if byte == UInt8(ascii: "(") { depth += 1 }
        if byte == UInt8(ascii: ")") {
          if untilParenthesis, depth == 0 { return }
          depth -= 1
        }
        code[position] = byte
        position += 1
      }
    }
  }

  private func starts(_ word: StaticString, at offset: Int = 0) -> Bool {
    let start = position + offset
    guard start + word.utf8CodeUnitCount <= text.count else { return false }
    return word.withUTF8Buffer { buffer in buffer.indices.allSatisfy { text[start + $0] == buffer[$0] } }
  }

  /// The number of `#` before a quotation mark here; nil when no string begins here.
  private func stringDelimiter() -> Int? {
    var hashes = 0
    while starts("#", at: hashes) { hashes += 1 }
    return starts("\"", at: hashes) ? hashes : nil
  }

  private mutating func scanLineComment() {
    while position < text.count, text[position] != UInt8(ascii: "\n") { takeComment() }
  }

  private mutating func scanBlockComment() {
    var depth = 0
    repeat {
      if starts("/*") {
        depth += 1
        takeComment()
      } else if starts("*/") {
        depth -= 1
        takeComment()
      }
      takeComment()
    } while depth > 0 && position < text.count
  }

  private mutating func takeComment() {
    guard position < text.count else { return }
    comments[position] = text[position]
    position += 1
  }

  private mutating func scanString(hashes: Int) {
    position += hashes
    let quotes = starts("\"\"\"") ? 3 : 1
    position += quotes
    while position < text.count {
      if isDelimiter(quotes: quotes, hashes: hashes) {
        position += quotes + hashes
        return
      }
      if starts("\\"), areHashes(hashes, at: 1) {
        position += 1 + hashes
        if starts("(") {
          position += 1
          scanCode(untilParenthesis: true)
        }
      } else if quotes == 1, starts("\n") {
        return
      }
      position += 1
    }
  }

  private func isDelimiter(quotes: Int, hashes: Int) -> Bool {
    (quotes == 3 ? starts("\"\"\"") : starts("\"")) && areHashes(hashes, at: quotes)
  }

  private func areHashes(_ count: Int, at offset: Int) -> Bool {
    (0..<count).allSatisfy { starts("#", at: offset + $0) }
  }
}
