import Glibc
import Synchronization

/// A TCP server that speaks as much HTTP as the script wants: one act for each request that arrives.
final class ScriptedServer: Sendable {
  enum Act: Sendable {
    /// A whole answer, after which the connection stays.
    case answer(Int, String)
    /// A whole answer in chunks of so many bytes, after an interim one, with a trailer at its end.
    case chunked(Int, String, size: Int)
    /// Sends the client elsewhere.
    case redirect(String)
    /// A byte now and then, for ever.
    case dribble
    /// Reads the request and closes without a word.
    case closeAfterRequest
    /// Says that more will come than comes.
    case closeInTheMiddle
    /// Bytes that are not HTTP.
    case garbage
    /// Reads the request and never answers.
    case silence
  }

  struct Received: Sendable, Hashable {
    var head: String
    var body: [UInt8]
    /// Which connection it came over.
    var connection: Int
  }

  private struct State {
    var acts: [Act]
    var received: [Received] = []
    var connections: [Int32] = []
    var accepted = 0
  }

  let port: UInt16
  private let listener: Int32
  private let state: Mutex<State>

  let url: String
  var received: [Received] { state.withLock { $0.received } }

  /// - Parameter isIPv6: listens on ::1 instead of 127.0.0.1.
  init(_ acts: [Act], isIPv6: Bool = false) throws {
    state = Mutex(State(acts: acts))
    let listener = socket(isIPv6 ? AF_INET6 : AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    self.listener = listener
    port = try isIPv6 ? Self.listenOnIPv6(listener) : Self.listenOnIPv4(listener)
    url = isIPv6 ? "http://[::1]:\(port)" : "http://127.0.0.1:\(port)"
    start { [self] in acceptAll() }
  }

  private static func listenOnIPv4(_ listener: Int32) throws -> UInt16 {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    try listen(on: &address, listener)
    return UInt16(bigEndian: address.sin_port)
  }

  private static func listenOnIPv6(_ listener: Int32) throws -> UInt16 {
    var address = sockaddr_in6()
    address.sin6_family = sa_family_t(AF_INET6)
    address.sin6_addr = in6addr_loopback
    try listen(on: &address, listener)
    return UInt16(bigEndian: address.sin6_port)
  }

  private static func listen<Address>(on address: inout Address, _ listener: Int32) throws {
    var length = socklen_t(MemoryLayout<Address>.size)
    let isBound = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        bind(listener, address, length) == 0 && Glibc.listen(listener, 16) == 0
          && getsockname(listener, address, &length) == 0
      }
    }
    guard listener >= 0, isBound else { throw Failure() }
  }

  struct Failure: Error {}

  /// Closes everything, so that whoever waits for silence is released.
  func stop() {
    shutdown(listener, Int32(SHUT_RDWR))
    state.withLock { state in
      for connection in state.connections { shutdown(connection, Int32(SHUT_RDWR)) }
    }
  }

  private func acceptAll() {
    while case let connection = accept(listener, nil, nil), connection >= 0 {
      let number = state.withLock { state in
        state.connections.append(connection)
        state.accepted += 1
        return state.accepted
      }
      start { [self] in
        while play(connection, number) {}
        // Forgotten as it is closed: the number may be another connection's at once.
        state.withLock { state in
          state.connections.removeAll { $0 == connection }
          close(connection)
        }
      }
    }
    close(listener)
  }

  /// One request and its act; false when the connection is over.
  private func play(_ connection: Int32, _ number: Int) -> Bool {
    guard var request = readRequest(connection) else { return false }
    request.connection = number
    let act = state.withLock { state in
      state.received.append(request)
      return state.acts.isEmpty ? .closeAfterRequest : state.acts.removeFirst()
    }
    switch act {
    case .answer(let status, let body):
      send(connection, "HTTP/1.1 \(status) X\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)")
      return true
    case .chunked(let status, let body, let size):
      sendChunks(connection, status, Array(body.utf8), size)
      return true
    case .redirect(let target):
      send(connection, "HTTP/1.1 307 X\r\nLocation: \(target)\r\nContent-Length: 0\r\n\r\n")
      return true
    case .dribble: dribble(connection)
    case .closeAfterRequest: return false
    case .closeInTheMiddle: send(connection, "HTTP/1.1 201 Created\r\nContent-Length: 1000\r\n\r\n{\"id\"")
    case .garbage: send(connection, "\u{0}\u{1}nonsense\r\n\r\n")
    case .silence:
      var byte: UInt8 = 0
      _ = recv(connection, &byte, 1, 0)
    }
    return false
  }

  private func sendChunks(_ connection: Int32, _ status: Int, _ body: [UInt8], _ size: Int) {
    send(connection, "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 \(status) X\r\nTransfer-Encoding: chunked\r\n\r\n")
    for start in stride(from: 0, to: body.count, by: size) {
      let piece = body[start..<min(start + size, body.count)]
      send(connection, "\(String(piece.count, radix: 16))\r\n\(String(decoding: piece, as: UTF8.self))\r\n")
    }
    send(connection, "0\r\nX-Trailer: 1\r\n\r\n")
  }

  private func dribble(_ connection: Int32) {
    send(connection, "HTTP/1.1 201 Created\r\nContent-Length: 100000\r\n\r\n")
    var pace = timeval(tv_sec: 0, tv_usec: 10_000)
    setsockopt(connection, SOL_SOCKET, SO_RCVTIMEO, &pace, socklen_t(MemoryLayout<timeval>.size))
    var byte: UInt8 = 0
    // Until the other side has closed.
    while recv(connection, &byte, 1, 0) < 0 { send(connection, " ") }
  }

  private func readRequest(_ connection: Int32) -> Received? {
    var bytes: [UInt8] = []
    var byte: UInt8 = 0
    while !bytes.suffix(4).elementsEqual("\r\n\r\n".utf8) {
      guard recv(connection, &byte, 1, 0) == 1 else { return nil }
      bytes.append(byte)
    }
    let head = String(decoding: bytes, as: UTF8.self)
    let length = head.split(separator: "\r\n").first { $0.lowercased().hasPrefix("content-length:") }
      .flatMap { Int($0.drop { $0 != ":" }.dropFirst().drop { $0 == " " }) }
    var body: [UInt8] = []
    while body.count < length ?? 0 {
      guard recv(connection, &byte, 1, 0) == 1 else { return nil }
      body.append(byte)
    }
    return Received(head: head, body: body, connection: 0)
  }

  private func send(_ connection: Int32, _ text: String) {
    _ = Array(text.utf8).withUnsafeBytes { Glibc.send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
  }

  private func start(_ work: @escaping @Sendable () -> Void) {
    var thread = pthread_t()
    let box = Unmanaged.passRetained(Work(run: work))
    pthread_create(
      &thread, nil,
      { context in
        context.map { Unmanaged<Work>.fromOpaque($0).takeRetainedValue().run() }
        return nil
      }, box.toOpaque())
    pthread_detach(thread)
  }
}

private final class Work: Sendable {
  let run: @Sendable () -> Void

  init(run: @escaping @Sendable () -> Void) { self.run = run }
}
