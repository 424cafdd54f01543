import Hummingbird
import Model

/// The one place where an error becomes an answer: `{"code", "sentence", "sentence_fr"}` with its status.
struct RefusalMiddleware<Context: RequestContext>: RouterMiddleware {
  func handle(
    _ request: Request, context: Context, next: (Request, Context) async throws -> Response
  ) async throws -> Response {
    do {
      return try await next(request, context)
    } catch let refusal as Refusal {
      return Response(refusal)
    } catch let error as any HTTPResponseError where error.status == .notFound {
      return Response(Refusal(.notFound, "The local API has no such path."))
    } catch {
      context.logger.error("request failed", metadata: ["path": "\(request.uri.path)", "error": "\(error)"])
      return Response(Refusal(.requestMalformed))
    }
  }
}
