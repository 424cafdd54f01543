import FedowProtocol
import Hummingbird
import Ledger
import Logging
import Model

/// The ledger's face on HTTP: it authenticates, hands over, and renders; it decides nothing.
public struct LedgerAPI: Sendable {
  let store: LedgerStore
  let authenticator: Authenticator
  let postings: PostingService
  let queries: LedgerQueries
  let logger: Logger
  let sightings = DeviceSightings()
  let clock: @Sendable () -> LedgerTime

  /// The most bytes of a request's body.
  static let bodyLimit = 4 * 1024 * 1024

  /// A face for this ledger.
  public init(
    store: LedgerStore, authenticator: Authenticator, postings: PostingService, logger: Logger,
    clock: @escaping @Sendable () -> LedgerTime = LedgerTime.now
  ) {
    self.clock = clock
    self.store = store
    self.authenticator = authenticator
    self.postings = postings
    self.logger = logger
    queries = LedgerQueries(store: store)
  }

  /// Every route of the protocol and of the native API.
  public func router() -> Router<BasicRequestContext> {
    let router = Router()
    router.add(middleware: ErrorRendering(logger: logger))
    addHello(to: router)
    addPlaces(to: router)
    addCards(to: router)
    addAssets(to: router)
    addTransactions(to: router)
    addWallets(to: router)
    addStripe(to: router)
    addFederations(to: router)
    addNative(to: router)
    return router
  }
}

/// Turns what handlers throw into the JSON that clients read; nothing becomes HTML, nothing a bare 500.
struct ErrorRendering: RouterMiddleware {
  typealias Context = BasicRequestContext
  let logger: Logger

  func handle(
    _ request: Request, context: BasicRequestContext,
    next: (Request, BasicRequestContext) async throws -> Response
  ) async throws -> Response {
    do {
      return try await next(request, context)
    } catch let rejection as Rejection {
      return rejection.answer.response
    } catch let refusal as Refusal {
      if refusal.code.httpStatus >= 500 { logger.error("request failed", metadata: ["refusal": "\(refusal)"]) }
      return Rejection(refusal).answer.response
    } catch let error as HTTPError where error.status == .notFound {
      return render(error, request: request)
    } catch let error as HTTPError {
      return Answer(
        status: error.status.code,
        ["detail": JSON(error.body ?? error.status.reasonPhrase), "code": "request_malformed"]
      ).response
    } catch {
      logger.error("request failed", metadata: ["path": "\(request.uri.path)", "error": "\(error)"])
      let refusal = Refusal(.storeUnavailable, "The ledger could not do this now; nothing was done.")
      return Rejection(refusal).answer.response
    }
  }

  private func render(_ error: HTTPError, request: Request) -> Response {
    // The real server authenticates before it looks at the method.
    guard [.get, .head, .post, .options].contains(request.method) else {
      return Rejection.notAuthenticated.answer.response
    }
    return Answer(status: 404, ["detail": "Not found.", "code": "not_found"]).response
  }
}

extension Answer {
  /// The answer as HTTP.
  var response: Response {
    Response(
      status: HTTPResponse.Status(code: status),
      headers: [.contentType: "application/json", .contentLength: String(body.utf8.count)],
      body: ResponseBody(byteBuffer: ByteBuffer(string: body)))
  }
}
