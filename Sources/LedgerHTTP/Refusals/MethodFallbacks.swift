import FedowProtocol
import HTTPTypes
import Hummingbird
import Ledger
import Model

extension Router where Context == LedgerRequestContext {
  /// What is asked with HEAD would be done as with GET; these GETs do something: they pay back, credit, make a key, ask
  /// Stripe, or give a card that was never read its wallet.
  private static var effectful: [String] {
    [
      "badge", "archive_asset", "refund_fed_by_signature", "retrieve_from_refill_checkout", "root_tibillet_handshake",
      "link_cashless_to_place", "v1/stripe/account", "card/{tag}", "v1/cards/{tag}", "card_tag_id_retrieve",
      "card_number_retrieve", "qr_retrieve",
    ]
  }

  /// Answers the methods that a known path does not have.
  func addMethodFallbacks() {
    let methods = Dictionary(grouping: routes) { $0.path.description }.mapValues { $0.map(\.method) }
    for (path, known) in methods {
      let takesHead = known.contains(.get) && !Self.effectful.contains { path.hasSuffix("/\($0)") }
      let allowed = known + (takesHead ? [.head] : []) + [.options]
      let allow = Set(allowed.map(\.rawValue)).sorted().joined(separator: ", ")
      let route = RouterPath(path.replacing("{", with: ":").replacing("}", with: ""))
      let missing: [HTTPRequest.Method] = [.get, .post] + (takesHead ? [] : [.head])
      for method in missing where !known.contains(method) {
        on(route, method: method) { _, _ in Self.notAllowed(allow) }
      }
      // The real server authenticates before it looks at the method, and no one is authenticated for these.
      for method in [HTTPRequest.Method.put, .patch, .delete] where !known.contains(method) {
        on(route, method: method) { _, _ -> Response in throw Rejection.notAuthenticated }
      }
      on(route, method: .options) { _, _ in Response(status: .noContent, headers: [.allow: allow]) }
    }
  }

  private static func notAllowed(_ allow: String) -> Response {
    var response = RefusalBody(Rejection(Refusal(.methodNotAllowed)).answer).response
    response.headers[.allow] = allow
    return response
  }
}
