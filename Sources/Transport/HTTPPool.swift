import Synchronization

/// Several kept connections to one server, so that exchanges which need not wait for each other do not.
public final class HTTPPool: Sendable {
  private let connections: [HTTPConnection]
  private let free: Mutex<[Int]>

  /// A pool whose connections open with their first exchange.
  public init(label: String, count: Int, limits: HTTPLimits) {
    connections = (0..<max(1, count)).map { HTTPConnection(label: "\(label).\($0)", limits: limits) }
    // The one that was used last is taken first: few exchanges at a time keep few connections open.
    free = Mutex(Array(connections.indices.reversed()))
  }

  /// Sends over a free connection, or queues behind one that is busy.
  /// - Throws: `TransportFailure`.
  public func send(_ request: HTTPRequest) async throws(TransportFailure) -> HTTPResponse {
    guard let index = free.withLock({ $0.popLast() }) else { return try await connections[0].send(request) }
    defer { free.withLock { $0.append(index) } }
    return try await connections[index].send(request)
  }
}
