import Logging
import Model
import ServiceLifecycle
import Transport

/// Tells ticketing servers of memberships that were bought at a till: `GET https://{domain}/fwh/membership/{transaction}`.
///
/// After the answer and beside it, because a slow ticketing server once made tills lose sales that the ledger had
/// (protocol section 8, no. 7). Best effort: what cannot be told in time, or does not fit into the queue, is only logged.
public struct TicketingNotifier: Service {
  private let notices: AsyncStream<Notice>
  private let continuation: AsyncStream<Notice>.Continuation
  private let send: @Sendable (String) async throws -> Int
  private let logger: Logger

  /// The most notices that wait; the oldest are dropped beyond it.
  static let queueLimit = 1000

  /// - Parameter send: asks for a URL and gives the status.
  public init(logger: Logger, send: (@Sendable (String) async throws -> Int)? = nil) {
    (notices, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(Self.queueLimit))
    self.logger = logger
    let connection = HTTPConnection(
      label: "ledger.ticketing", limits: HTTPLimits(connectMilliseconds: 2000, totalMilliseconds: 5000))
    self.send =
      send ?? { url in
        try await connection.send(HTTPRequest(method: "GET", url: url, headers: [], body: nil, isRepeatable: true))
          .status
      }
  }

  /// Takes a notice to be told; returns at once.
  public func tell(_ notice: Notice) { continuation.yield(notice) }

  /// Tells until the service is told to stop; what waits then is dropped.
  public func run() async throws {
    await withGracefulShutdownHandler {
      for await notice in notices { await tellNow(notice) }
    } onGracefulShutdown: {
      continuation.finish()
    }
  }

  private func tellNow(_ notice: Notice) async {
    let url = "https://\(notice.domain)/fwh/membership/\(notice.membership)"
    do {
      let status = try await send(url)
      if !(200...299).contains(status) {
        logger.warning("ticketing server", metadata: ["url": "\(url)", "status": "\(status)"])
      }
    } catch {
      logger.warning("ticketing server", metadata: ["url": "\(url)", "error": "\(error)"])
    }
  }
}
