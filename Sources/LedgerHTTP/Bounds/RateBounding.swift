import FedowProtocol
import HTTPTypes
import Hummingbird
import Ledger
import Model
import Synchronization

/// Holds requests to their bounds; 429 with `Retry-After` beyond them.
///
/// On the way of a till's sale it costs one digest and one short lock.
final class RateBounding: RouterMiddleware {
  typealias Context = LedgerRequestContext

  private let bound: Mutex<RateBound>
  private let openPaths: Set<String>
  private let now: @Sendable () -> MonotonicTime

  /// - Parameter openPaths: the routes that anyone may call; an answer there proves nobody.
  init(_ limits: RateLimits, openPaths: Set<String>, now: @escaping @Sendable () -> MonotonicTime) {
    bound = Mutex(RateBound(limits))
    self.openPaths = openPaths
    self.now = now
  }

  func handle(
    _ request: Request, context: LedgerRequestContext,
    next: (Request, LedgerRequestContext) async throws -> Response
  ) async throws -> Response {
    let client = Self.client(of: request)
    let verdict = bound.withLock { $0.admit(client: client, address: Self.address(of: request, context), now: now()) }
    if case .refused(let wait) = verdict { return Self.refusal(wait: wait) }
    let response = try await next(request, context)
    if response.status == .forbidden,
      response.headers[RefusalBody.header] == Refusal.Code.notAuthenticated.rawValue
    {
      let address = Self.address(of: request, context)
      bound.withLock { $0.fail(client: client, address: address, now: now()) }
    } else if verdict == .stranger, let client, response.status.code < 400,
      !openPaths.contains(context.endpointPath ?? "")
    {
      bound.withLock { $0.succeed(client: client, now: now()) }
    }
    return response
  }

  private static func refusal(wait: Double) -> Response {
    var response = RefusalBody(Rejection(Refusal(.rateLimited)).answer).response
    response.headers[.retryAfter] = String(Int(wait.rounded(.up)))
    return response
  }

  private static let wallet = HTTPField.Name("Wallet") ?? .ifMatch
  private static let forwardedFor = HTTPField.Name("X-Forwarded-For") ?? .ifMatch

  /// A digest of the credentials: the whole API key, or the wallet with the place it asks from.
  private static func client(of request: Request) -> Int? {
    if let authorization = request.headers[.authorization] { return authorization.hashValue }
    return request.headers[wallet].map { wallet in
      var hasher = Hasher()
      hasher.combine(wallet)
      hasher.combine(request.headers[forwardedFor])
      return hasher.finalize()
    }
  }

  /// A digest of the other end: of the address that the proxy names, when the proxy is on this machine.
  private static func address(of request: Request, _ context: LedgerRequestContext) -> Int {
    let peer = context.peer?.ipAddress ?? ""
    guard ["", "127.0.0.1", "::1"].contains(peer), let forwarded = request.headers[forwardedFor] else {
      return peer.hashValue
    }
    // The proxy appends; what stands before was the client's own word.
    return (forwarded.split(separator: ",").last.map { $0.filter { $0 != " " } } ?? peer).hashValue
  }
}
