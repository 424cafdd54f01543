import FedowProtocol
import Hummingbird
import Kiosk
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
    } catch let ambiguous as AmbiguousCard {
      let fields = ambiguous.refusal.fields + [("candidates", .array(ambiguous.candidates))]
      return Response(status: ambiguous.refusal.code.status, json: .object(JSONObject(fields)))
    } catch let error as any HTTPResponseError where error.status == .notFound {
      return Response(Refusal(.notFound, "The local API has no such path."))
    } catch {
      context.logger.error("request failed", metadata: ["path": "\(Self.family(of: request))", "error": "\(error)"])
      return Response(Refusal(.requestMalformed))
    }
  }

  /// The path without what names a card or a charge: a log holds no UIDs.
  private static func family(of request: Request) -> String {
    request.uri.path.split(separator: "/").prefix(2).joined(separator: "/")
  }
}
