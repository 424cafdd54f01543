import Hummingbird
import Model

/// Keeps pages of other origins, which a browser on this machine may show, from charging cards.
///
/// A foreign page's request carries its `Origin`; a rebound DNS name stands in `Host`; and a body that is not declared as
/// JSON could be sent by a plain form.
struct SameMachineMiddleware<Context: RequestContext>: RouterMiddleware {
  func handle(
    _ request: Request, context: Context, next: (Request, Context) async throws -> Response
  ) async throws -> Response {
    guard let host = request.head.authority, Self.isLoopback(host) else {
      throw Refusal(.requestMalformed, "The local API is only for this machine: call it as http://127.0.0.1.")
    }
    if let origin = request.headers[.origin] {
      guard let authority = Self.authority(of: origin), Self.isLoopback(authority) else {
        throw Refusal(.requestMalformed, "Pages of other origins may not use the local API.")
      }
    }
    if request.method == .post {
      let type = request.headers[.contentType]?.split(separator: ";").first?.lowercased()
      guard type == "application/json" else {
        throw Refusal(.requestMalformed, "Send JSON, with Content-Type: application/json.")
      }
    }
    return try await next(request, context)
  }

  private static func authority(of origin: String) -> String? {
    for scheme in ["http://", "https://"] where origin.hasPrefix(scheme) {
      return String(origin.dropFirst(scheme.count))
    }
    return nil
  }

  private static func isLoopback(_ authority: String) -> Bool {
    let names = ["localhost", "127.0.0.1", "[::1]"]
    return names.contains { name in
      guard authority.hasPrefix(name) else { return false }
      let rest = authority.dropFirst(name.count)
      return rest.isEmpty || rest.first == ":" && rest.dropFirst().utf8.allSatisfy { (48...57).contains($0) }
    }
  }
}
