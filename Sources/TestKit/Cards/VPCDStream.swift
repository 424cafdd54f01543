/// Takes messages off the bytes that vpcd sends: a length of two bytes, the higher first, and as many bytes.
package struct VPCDStream {
  private var buffer: [UInt8] = []

  package init() {}

  /// Adds what came.
  package mutating func append(_ bytes: some Sequence<UInt8>) { buffer.append(contentsOf: bytes) }

  /// How many bytes are missing for the next whole message; 0 when it is there.
  package var missing: Int {
    guard buffer.count >= 2 else { return 2 - buffer.count }
    return max(0, 2 + (Int(buffer[0]) << 8 | Int(buffer[1])) - buffer.count)
  }

  /// The next message; nil when no whole one is there.
  package mutating func take() -> [UInt8]? {
    guard missing == 0 else { return nil }
    let end = 2 + (Int(buffer[0]) << 8 | Int(buffer[1]))
    defer { buffer.removeFirst(end) }
    return Array(buffer[2..<end])
  }
}
