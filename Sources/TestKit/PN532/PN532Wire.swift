import Glibc

/// The frames of the PN532's serial link (user manual, chapter 6.2.1).
struct PN532Wire {
  static let syntaxError: [UInt8] = [0x00, 0x00, 0xFF, 0x01, 0xFF, 0x7F, 0x81, 0x00]

  let line: Int32
  private(set) var isOpen = true
  private var stream = PN532Stream()

  init(line: Int32) { self.line = line }

  /// The next command of the host; nil when none came for a while or the line is gone.
  mutating func next() -> PN532Stream.Command? {
    while true {
      if let command = stream.take() { return command }
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
      stream.append(bytes.prefix(length))
    }
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
