import Glibc
import Synchronization

/// A TCP server that speaks as much HTTP as the script wants: one act for each request that arrives.
final class ScriptedServer: Sendable {
  enum Act: Sendable {
    /// A whole answer, after which the connection stays.
    case answer(Int, String)
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

  var url: String { "http://127.0.0.1:\(port)" }
  var received: [Received] { state.withLock { $0.received } }

  init(_ acts: [Act]) throws {
    state = Mutex(State(acts: acts))
    let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    self.listener = listener
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let bound = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        bind(listener, address, length) == 0 && listen(listener, 16) == 0
          && getsockname(listener, address, &length) == 0
      }
    }
    guard listener >= 0, bound else { throw Failure() }
    port = UInt16(bigEndian: address.sin_port)
    start { [self] in acceptAll() }
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
    case .closeAfterRequest: return false
    case .closeInTheMiddle: send(connection, "HTTP/1.1 201 Created\r\nContent-Length: 1000\r\n\r\n{\"id\"")
    case .garbage: send(connection, "\u{0}\u{1}nonsense\r\n\r\n")
    case .silence:
      var byte: UInt8 = 0
      _ = recv(connection, &byte, 1, 0)
    }
    return false
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
