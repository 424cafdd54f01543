/// Looks for words in bytes that come in pieces, and keeps only what stands shortly before them. Pure.
struct ListSearch {
  /// How much is kept before the words: more than a transaction of a list is long.
  private static let memory = 64 << 10

  private let words: [UInt8]
  private var kept: [UInt8] = []
  /// What stands before the words and they themselves; empty until they came.
  private(set) var found: [UInt8] = []

  init(for words: String) { self.words = Array(words.utf8) }

  /// Takes a piece; false when nothing more is wanted.
  mutating func take(_ piece: [UInt8]) -> Bool {
    guard found.isEmpty else { return false }
    let known = max(0, kept.count - words.count)
    kept += piece
    if let range = kept[known...].firstRange(of: words) {
      found = Array(kept[..<range.upperBound])
      return false
    }
    kept.removeFirst(max(0, kept.count - Self.memory))
    return true
  }
}
