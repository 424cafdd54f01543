import HTTPTypes
import Hummingbird

extension LedgerAPI {
  /// The API's description, for programs and for people.
  func addDescriptions(to router: Router<LedgerRequestContext>) {
    let document = ByteBuffer(string: OpenAPIDocument.text)
    router.get("openapi.json") { _, _ in
      Self.described(document, as: "application/json", policy: "default-src 'none'")
    }
    let page = ByteBuffer(string: DocumentationPage.html)
    let policy = DocumentationPage.contentSecurityPolicy
    for path in ["", "dashboard"] {
      router.get(RouterPath(path)) { [self] request, _ in
        let page = OverviewPage(
          overview: try await queries.overview(), language: PageLanguage(accepting: request.headers[.acceptLanguage]))
        return Self.described(
          ByteBuffer(string: page.html), as: "text/html; charset=utf-8",
          policy: DocumentationPage.contentSecurityPolicy)
      }
    }
    router.get("docs") { _, _ in Self.described(page, as: "text/html; charset=utf-8", policy: policy) }
  }

  private static func described(_ body: ByteBuffer, as type: String, policy: String) -> Response {
    var headers: HTTPFields = [.contentType: type, .contentLength: String(body.readableBytes)]
    headers[.contentSecurityPolicy] = policy
    headers[.xContentTypeOptions] = "nosniff"
    headers[.cacheControl] = "public, max-age=300"
    return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: body))
  }
}
