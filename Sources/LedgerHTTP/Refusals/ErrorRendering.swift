import FedowProtocol
import HTTPTypes
import Hummingbird
import Ledger
import Logging
import Model

/// Turns what handlers throw into the JSON that clients read; nothing becomes HTML, nothing a bare 500.
struct ErrorRendering: RouterMiddleware {
  typealias Context = LedgerRequestContext
  let logger: Logger

  func handle(
    _ request: Request, context: LedgerRequestContext,
    next: (Request, LedgerRequestContext) async throws -> Response
  ) async throws -> Response {
    do {
      return try await next(request, context)
    } catch let rejection as Rejection {
      return RefusalBody(rejection.answer).response
    } catch let refusal as Refusal {
      if refusal.code.httpStatus >= 500 { logger.error("request failed", metadata: ["refusal": "\(refusal)"]) }
      return RefusalBody(Rejection(refusal).answer).response
    } catch let error as HTTPError where error.status == .notFound {
      return RefusalBody(Answer(status: 404, ["detail": "Not found.", "code": "not_found"])).response
    } catch let error as HTTPError {
      return RefusalBody(
        Answer(status: error.status.code, ["detail": JSON(error.body ?? error.status.reasonPhrase)])
      ).response
    } catch {
      logger.error("request failed", metadata: ["path": "\(request.uri.path)", "error": "\(error)"])
      let refusal = Refusal(.storeUnavailable, "The ledger could not do this now; nothing was done.")
      return RefusalBody(Rejection(refusal).answer).response
    }
  }
}
