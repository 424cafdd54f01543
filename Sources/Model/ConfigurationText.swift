/// The text of a configuration file, looked through for what the TOML parser does not refuse but aborts the process at.
public enum ConfigurationText {
  /// The first line, counted from 1, that begins like a section and goes on like none: `[.readers]`, `[#readers]`, `[`.
  ///
  /// toml++ takes for granted that a key's first character was looked at before, which behind the bracket nobody does.
  public static func faultyHeader(in text: String) -> Int? {
    // A byte order mark, which editors leave before the first line, is none of it.
    let lines = text.utf8.starts(with: mark) ? text.utf8.dropFirst(mark.count) : text.utf8[...]
    for (index, line) in lines.split(separator: 0x0A, omittingEmptySubsequences: false).enumerated() {
      var rest = line.drop(while: isBlank)
      guard rest.first == UInt8(ascii: "[") else { continue }
      rest = rest.dropFirst().drop(while: isBlank)
      if rest.first == UInt8(ascii: "[") { rest = rest.dropFirst().drop(while: isBlank) }
      guard let first = rest.first, isKeyStart(first) || first == UInt8(ascii: "]") else { return index + 1 }
    }
    return nil
  }

  private static let mark: [UInt8] = [0xEF, 0xBB, 0xBF]

  private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

  /// A bare key's character, or the quote before another key.
  private static func isKeyStart(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "\""),
      UInt8(ascii: "'"):
      true
    default: false
    }
  }
}
