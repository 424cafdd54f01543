/// How the numbers that are printed on new cards count up: `A####` makes A0001, A0002, ...
struct NumberTemplate {
  private let head: String
  private let digits: Int
  private let tail: String

  /// Reads letters and digits around one row of `#`; nil for anything else.
  init?(_ text: String) {
    guard let first = text.firstIndex(of: "#"), let last = text.lastIndex(of: "#"),
      text[first...last].allSatisfy({ $0 == "#" })
    else { return nil }
    head = String(text[..<first])
    tail = String(text[text.index(after: last)...])
    digits = text[first...last].count
    guard (head + tail).allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber) }) else { return nil }
  }

  /// The number of a count; nil when it has more digits than there is room for.
  func number(_ count: Int) -> String? {
    let text = String(count)
    guard text.count <= digits else { return nil }
    return head + String(repeating: "0", count: digits - text.count) + text + tail
  }
}
