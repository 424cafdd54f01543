import Dispatch

// Unchecked: the handle is only touched on the serial queue, and nothing else here changes.
/// One kept connection to one server: exchanges go through it one after the other, on a queue of its own, so that a
/// blocking libcurl never holds a thread of Swift's pool.
public final class HTTPConnection: @unchecked Sendable {
  private let queue: DispatchQueue
  private let limits: HTTPLimits
  private var handle: CurlHandle?

  /// A connection that opens with its first exchange.
  public init(label: String, limits: HTTPLimits) {
    queue = DispatchQueue(label: label)
    self.limits = limits
  }

  /// Sends and waits for the whole answer, at most as long as the limits say.
  ///
  /// A request that may be abandoned ends within a second of its task's cancellation.
  /// - Throws: `TransportFailure`.
  public func send(_ request: HTTPRequest) async throws(TransportFailure) -> HTTPResponse {
    let abandonment = request.isAbandonable ? Abandonment() : nil
    let result: Result<HTTPResponse, TransportFailure> = await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        queue.async { continuation.resume(returning: self.exchange(request, abandonment)) }
      }
    } onCancel: {
      abandonment?.ask()
    }
    return try result.get()
  }

  /// Receives an answer that does not end, piece by piece, until `receive` returns false or the connection ends.
  /// - Throws: `TransportFailure`.
  public func stream(
    _ request: HTTPRequest, receive: @escaping @Sendable ([UInt8]) -> Bool
  ) async throws(TransportFailure) -> Int {
    let result: Result<Int, TransportFailure> = await withCheckedContinuation { continuation in
      queue.async { continuation.resume(returning: self.perform(request, nil) { receive(Array($0)) }) }
    }
    return try result.get()
  }

  private func exchange(
    _ request: HTTPRequest, _ abandonment: Abandonment?
  ) -> Result<HTTPResponse, TransportFailure> {
    var body: [UInt8] = []
    let limit = limits.bodyBytes
    let status = perform(request, abandonment) { piece in
      guard body.count + piece.count <= limit else { return false }
      body.append(contentsOf: piece)
      return true
    }
    return status.map { HTTPResponse(status: $0, body: body) }
  }

  private func perform(
    _ request: HTTPRequest, _ abandonment: Abandonment?, receive: (UnsafeRawBufferPointer) -> Bool
  ) -> Result<Int, TransportFailure> {
    if handle == nil { handle = CurlHandle() }
    guard let handle else { return .failure(.notSent("libcurl could not be started")) }
    return handle.perform(request, limits: limits, abandonment: abandonment, receive: receive)
  }
}
