/// The parts of what people and factories write about cards.
extension String {
  /// Without blanks at its ends.
  public var trimmed: String {
    String(drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
  }

  /// What follows the first occurrence of a text.
  public func rest(after needle: String) -> Substring? {
    var start = startIndex
    while start < endIndex {
      if self[start...].hasPrefix(needle) { return self[index(start, offsetBy: needle.count)...] }
      start = index(after: start)
    }
    return nil
  }
}
