import FedowProtocol
import Hummingbird
import Kiosk
import Model

extension KioskAPI {
  /// Longer than any chunk of 500 cards.
  private static let longestList = 256 * 1024

  /// The routes for the life of a card: `{q}` is whatever names a card, percent-encoded.
  func addCards(to router: Router<BasicRequestContext>) {
    let kiosk = kiosk
    router.get("v1/cards") { request, _ in
      let query = try CardQuery(request.uri.queryParameters["q"].map { String($0) } ?? "")
      return Response(json: ["cards": .array(try await kiosk.sheets(of: query))])
    }
    router.post("v1/cards/enroll") { request, _ in
      let body = try await RequestBody.json(of: request, longest: Self.longestList)
      guard let cards = body["cards"]?.elements else { throw Refusal(.requestMalformed, "cards must be a list.") }
      return Response(
        status: .created,
        json: try await kiosk.enroll(generation: body["generation"]?.int64 ?? 1, cards: cards))
    }
    for verb in [TapKiosk.Verb.lost, .unblock, .bind, .unenroll] {
      router.post("v1/cards/:tag/\(verb.rawValue)") { request, context in
        let body = try await RequestBody.json(of: request)
        let sheet = try await kiosk.sheet(of: try Self.card(context))
        return Response(json: try await kiosk.act(verb, on: sheet, fields: try Self.fields(of: verb, in: body)))
      }
    }
    router.post("v1/taps/next") { request, _ in
      let body = try await RequestBody.json(of: request)
      let purpose = try RequestBody.text(body, "purpose") ?? "card"
      return Response(status: .accepted, json: try await kiosk.pipeline.captureNextTap(for: purpose))
    }
    router.delete("v1/taps/next") { _, _ in Response(json: await kiosk.pipeline.cancelCapture()) }
    addReassignment(to: router)
    addRefund(to: router)
    addBooks(to: router)
  }

  private func addReassignment(to router: Router<BasicRequestContext>) {
    let kiosk = kiosk
    router.get("v1/cards/:tag/reassignment") { request, context in
      let from = try await kiosk.sheet(of: try Self.card(context))
      let query = request.uri.queryParameters
      let to = try await kiosk.sheet(of: try CardQuery(query["to"].map { String($0) } ?? ""))
      let primary = query["with_primary"] == "true"
      return Response(
        json: try await kiosk.ask(
          "/v1/cards/\(try Self.tag(from))/reassignment/?to=\(try Self.tag(to))&with_primary=\(primary)"))
    }
    router.post("v1/cards/:tag/reassign") { request, context in
      let body = try await RequestBody.json(of: request)
      let from = try await kiosk.sheet(of: try Self.card(context))
      guard let named = try RequestBody.text(body, "to") else {
        throw Refusal(.requestMalformed, "to must name the new card.")
      }
      let to = try await kiosk.sheet(of: try CardQuery(named))
      let fields = [
        ("to", JSON(try Self.tag(to))), ("with_primary", .bool(try RequestBody.truth(body, "with_primary"))),
        ("reason", JSON(try RequestBody.text(body, "reason"))),
      ]
      return Response(
        status: .created,
        json: try await kiosk.act(
          .reassign, on: from, fields: fields, detail: "to \(to["number_printed"]?.text ?? "?")"))
    }
    router.post("v1/reassignments/:id/undo") { request, context in
      _ = try await RequestBody.json(of: request)
      guard let id = context.parameters.get("id").flatMap({ EntityID($0) }) else { throw Refusal(.notFound) }
      return Response(json: try await kiosk.undoReassignment(id))
    }
  }

  private func addRefund(to router: Router<BasicRequestContext>) {
    let kiosk = kiosk
    router.get("v1/cards/:tag/refund") { _, context in
      let sheet = try await kiosk.sheet(of: try Self.card(context))
      return Response(json: try await kiosk.ask("/v1/cards/\(try Self.tag(sheet))/refund/"))
    }
    router.post("v1/cards/:tag/refund") { request, context in
      let body = try await RequestBody.json(of: request)
      guard let total = body["expected_total"]?.int64, total >= 0 else {
        throw Refusal(.amountInvalid, "expected_total must be the preview's total, in minor units.")
      }
      let sheet = try await kiosk.sheet(of: try Self.card(context))
      let fields = [
        ("expected_total", JSON(total)), ("reason", JSON(try RequestBody.text(body, "reason"))),
        ("void", .bool(try RequestBody.truth(body, "void"))),
      ]
      return Response(
        status: .created,
        json: try await kiosk.act(.refund, on: sheet, fields: fields, detail: "\(Amount(minorUnits: total))"))
    }
  }

  private func addBooks(to router: Router<BasicRequestContext>) {
    let kiosk = kiosk
    router.get("v1/cards/:tag/history") { request, context in
      let sheet = try await kiosk.sheet(of: try Self.card(context))
      let keys = ["limit", "before", "from", "to"]
      return Response(
        json: try await kiosk.ask("/v1/cards/\(try Self.tag(sheet))/history/" + Self.query(request, keys)))
    }
    router.get("v1/wallets/:id/history") { request, context in
      guard let id = context.parameters.get("id").flatMap({ EntityID($0) }) else { throw Refusal(.notFound) }
      let keys = ["limit", "before", "from", "to"]
      return Response(json: try await kiosk.ask("/v1/wallets/\(id.text)/history/" + Self.query(request, keys)))
    }
    router.get("v1/report") { request, _ in
      Response(json: try await kiosk.ask("/v1/report/" + Self.query(request, ["from", "to", "by"])))
    }
    router.get("v1/sightings") { request, _ in
      Response(json: try await kiosk.ask("/v1/sightings/" + Self.query(request, ["since"])))
    }
  }

  /// Those of the request's parameters that the ledger knows.
  private static func query(_ request: Request, _ keys: [String]) -> String {
    let given = keys.compactMap { key in
      request.uri.queryParameters[key[...]].map { "\(key)=\(CardQuery.escape(String($0)))" }
    }
    return given.isEmpty ? "" : "?" + given.joined(separator: "&")
  }

  private static func card(_ context: BasicRequestContext) throws(Refusal) -> CardQuery {
    try CardQuery(escaped: context.parameters.get("tag") ?? "")
  }

  private static func tag(_ sheet: JSON) throws(Refusal) -> String {
    guard let tag = sheet["tag"]?.text else { throw Refusal(.ledgerRefused, "The ledger named a card without a tag.") }
    return tag
  }

  private static func fields(of verb: TapKiosk.Verb, in body: JSON) throws(Refusal) -> [(String, JSON)] {
    switch verb {
    case .lost, .unblock: return [("reason", JSON(try RequestBody.text(body, "reason")))]
    case .bind:
      guard let email = try RequestBody.text(body, "email"), email.contains("@") else {
        throw Refusal(.requestMalformed, "email must be the person's address.")
      }
      return [("email", JSON(email))]
    default: return []
    }
  }
}
