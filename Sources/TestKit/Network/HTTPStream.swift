import Glibc

/// One end of a connection, read message by message. Of one thread.
public final class HTTPStream {
  private let descriptor: Int32
  private let interruption: Interruption
  private let patience: Duration
  private var buffer: [UInt8] = []

  /// A stream whose waits nobody ends but the other side.
  public convenience init(_ descriptor: Int32) {
    self.init(descriptor, interruption: Interruption(), patience: .seconds(60))
  }

  init(_ descriptor: Int32, interruption: Interruption, patience: Duration) {
    self.descriptor = descriptor
    self.interruption = interruption
    self.patience = patience
  }

  /// The next whole message; nil when the connection ends before or within it, or nothing comes for too long.
  /// - Parameter method: of the request that is answered; nil to read a request.
  public func next(answering method: String? = nil) -> HTTPMessage? {
    guard let head = take(through: Array("\r\n\r\n".utf8)) else { return nil }
    var message = HTTPMessage(head: head)
    switch message.border(answering: method) {
    case .length(let length):
      guard let bytes = take(length) else { return nil }
      (message.rawBody, message.body) = (bytes, bytes)
    case .chunks:
      guard takeChunks(into: &message) else { return nil }
    case .end:
      while fill() {}
      (message.rawBody, message.body) = (buffer, buffer)
      buffer = []
    }
    return message
  }

  /// Writes all; false when the other side is gone.
  @discardableResult
  public func write(_ bytes: some Collection<UInt8>) -> Bool {
    var rest = Array(bytes)[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return false }
      rest = rest.dropFirst(count)
    }
    return true
  }

  /// Ends the connection so that the other side sees a reset and not an orderly end.
  public func reset() {
    var linger = Glibc.linger(l_onoff: 1, l_linger: 0)
    setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout<Glibc.linger>.size))
  }

  /// Holds the connection, silent, until the other side lets go of it.
  public func holdUntilAbandoned() {
    while fill() { buffer = [] }
  }

  private func takeChunks(into message: inout HTTPMessage) -> Bool {
    while true {
      guard let line = take(through: Array("\r\n".utf8)) else { return false }
      let digits = String(decoding: line.prefix { $0 != 0x3B && $0 != 0x0D }, as: UTF8.self)
      guard let length = Int(digits.filter { $0 != " " }, radix: 16), let chunk = take(length + 2) else { return false }
      message.rawBody += line + chunk
      message.body += chunk.dropLast(2)
      if length == 0 { return true }
    }
  }

  private func take(_ count: Int) -> [UInt8]? {
    while buffer.count < count { guard fill() else { return nil } }
    defer { buffer.removeFirst(count) }
    return Array(buffer.prefix(count))
  }

  private func take(through mark: [UInt8]) -> [UInt8]? {
    var searched = 0
    while true {
      if buffer.count >= mark.count {
        for start in searched...(buffer.count - mark.count)
        where buffer[start..<(start + mark.count)].elementsEqual(mark) {
          return take(start + mark.count)
        }
        searched = buffer.count - mark.count + 1
      }
      guard fill() else { return nil }
    }
  }

  private func fill() -> Bool {
    guard interruption.wait(descriptor, for: patience) == .ready else { return false }
    var bytes = [UInt8](repeating: 0, count: 16_384)
    let count = recv(descriptor, &bytes, bytes.count, 0)
    guard count > 0 else { return false }
    buffer += bytes.prefix(count)
    return true
  }
}
