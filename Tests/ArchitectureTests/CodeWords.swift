/// The identifiers and keywords of a line of masked code.
enum CodeWords {
  struct Word {
    let text: String
    /// What stands directly before it; nil at the start of the line.
    let previous: UInt8?
    /// What stands directly after it; nil at the end of the line.
    let next: UInt8?
    /// The word before a dot directly before it: `Task` of `Task.sleep`; "" when a dot follows something else.
    let receiver: String?
  }

  static func words(in line: String) -> [Word] {
    let bytes = Array(line.utf8)
    var words: [Word] = []
    var position = 0
    var lastEnd = -1
    while position < bytes.count {
      guard isPart(bytes[position]) else {
        position += 1
        continue
      }
      let start = position
      while position < bytes.count, isPart(bytes[position]) { position += 1 }
      let previous = start > 0 ? bytes[start - 1] : nil
      var receiver: String?
      if previous == UInt8(ascii: ".") { receiver = lastEnd == start - 1 ? words.last?.text ?? "" : "" }
      words.append(
        Word(
          text: String(decoding: bytes[start..<position], as: UTF8.self), previous: previous,
          next: position < bytes.count ? bytes[position] : nil, receiver: receiver))
      lastEnd = position
    }
    return words
  }

  static func isPart(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), 0x80...:
      true
    default: false
    }
  }
}
