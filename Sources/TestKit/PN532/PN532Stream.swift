/// Takes the host's commands off the bytes of a PN532's serial link (user manual, chapter 6.2.1), however they are cut.
package struct PN532Stream {
  /// What the host asks for.
  package struct Command {
    package let code: UInt8
    package let parameters: [UInt8]
  }

  private var buffer: [UInt8] = []

  package init() {}

  /// Adds what came.
  package mutating func append(_ bytes: some Sequence<UInt8>) { buffer.append(contentsOf: bytes) }

  /// The next command; nil when no whole one is there. What is no command is passed over.
  package mutating func take() -> Command? {
    while let start = startOfFrame() {
      buffer.removeFirst(start)
      guard buffer.count >= 4 else { return nil }
      let (length, check) = (buffer[2], buffer[3])
      if length == 0 && check == 0xFF || length == 0xFF && check == 0 {
        buffer.removeFirst(4)
        continue
      }
      let whole = 4 + Int(length) + 2
      guard buffer.count >= whole else { return nil }
      let data = Array(buffer[4..<4 + Int(length)])
      buffer.removeFirst(whole)
      if data.count >= 2, data[0] == 0xD4 { return Command(code: data[1], parameters: Array(data.dropFirst(2))) }
    }
    return nil
  }

  private func startOfFrame() -> Int? {
    guard buffer.count >= 2 else { return nil }
    return (0..<buffer.count - 1).first { buffer[$0] == 0x00 && buffer[$0 + 1] == 0xFF }
  }
}
