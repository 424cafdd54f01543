import Glibc

/// The frames of the PN532's serial link (user manual, chapter 6.2.1).
struct PN532Wire {
  struct Command {
    let code: UInt8
    let parameters: [UInt8]
  }

  static let syntaxError: [UInt8] = [0x00, 0x00, 0xFF, 0x01, 0xFF, 0x7F, 0x81, 0x00]

  let line: Int32
  private(set) var isOpen = true
  private var buffer: [UInt8] = []

  init(line: Int32) { self.line = line }

  /// The next command of the host; nil when none came for a while or the line is gone.
  mutating func next() -> Command? {
    while true {
      if let command = take() { return command }
      var source = pollfd(fd: line, events: Int16(POLLIN), revents: 0)
      // Looks up now and then: closing one end of a pseudo-terminal does not wake a reader of the other.
      let count = poll(&source, 1, 100)
      if count == 0 { return nil }
      var bytes = [UInt8](repeating: 0, count: 512)
      let length = read(line, &bytes, bytes.count)
      guard length > 0 else {
        isOpen = false
        return nil
      }
      buffer.append(contentsOf: bytes.prefix(length))
    }
  }

  private mutating func take() -> Command? {
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

  func acknowledge() { write([0x00, 0x00, 0xFF, 0x00, 0xFF, 0x00]) }

  func send(_ data: [UInt8]) { write(Self.frame(data)) }

  func write(_ bytes: [UInt8]) { _ = Glibc.write(line, bytes, bytes.count) }

  static func frame(_ data: [UInt8]) -> [UInt8] {
    let length = UInt8(data.count)
    let sum = data.reduce(0, &+)
    return [0x00, 0x00, 0xFF, length, 0 &- length] + data + [0 &- sum, 0x00]
  }
}
