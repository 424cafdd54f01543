import FedowProtocol
import Hummingbird
import Kiosk
import Logging
import Model

/// The kiosk's local API: what a till's page, `tapctl` and a cashier's script talk to.
public struct KioskAPI: Sendable {
  let kiosk: TapKiosk

  /// The API of this kiosk.
  public init(kiosk: TapKiosk) { self.kiosk = kiosk }

  /// The server, on the address of the configuration.
  public func application(logger: Logger) -> some ApplicationProtocol {
    Application(
      router: router(),
      configuration: ApplicationConfiguration(
        address: .hostname(kiosk.configuration.host, port: kiosk.configuration.port), serverName: "tapd"),
      onServerRunning: { channel in
        logger.info("local API", metadata: ["address": "\(channel.localAddress?.description ?? "")"])
      }, logger: logger)
  }

  /// The routes.
  public func router() -> Router<BasicRequestContext> {
    let router = Router(context: BasicRequestContext.self)
    router.add(middleware: RefusalMiddleware())
    router.add(middleware: SameMachineMiddleware())
    router.post("v1/charges") { request, _ in try await open(request) }
    router.get("v1/charges/:id") { _, context in
      Response(json: try await kiosk.pipeline.charge(try Self.chargeID(context)).json)
    }
    router.delete("v1/charges/:id") { _, context in
      Response(json: try await kiosk.pipeline.cancel(try Self.chargeID(context)).json)
    }
    router.post("v1/charges/last/void") { _, _ in
      Response(status: .accepted, json: try await kiosk.pipeline.undo(nil).json)
    }
    router.post("v1/charges/:id/void") { _, context in
      Response(status: .accepted, json: try await kiosk.pipeline.undo(try Self.chargeID(context)).json)
    }
    router.post("v1/charges/:id/complete") { request, context in
      let means = try RequestBody.text(try await RequestBody.json(of: request), "means") ?? "cash"
      return Response(json: try await kiosk.pipeline.complete(try Self.chargeID(context), by: means).json)
    }
    router.post("v1/preview") { request, _ in try await preview(request) }
    router.get("v1/events") { _, _ in EventStream.response(kiosk.events) }
    router.get("v1/readers") { _, _ in Response(json: kiosk.board.report) }
    router.get("v1/health") { _, _ in Response(json: await kiosk.health()) }
    router.get("v1/cards/:tag") { _, context in
      Response(json: try await kiosk.card(context.parameters.get("tag") ?? ""))
    }
    router.post("v1/refills") { request, _ in try await refill(request) }
    addOperation(to: router)
    addCards(to: router)
    return router
  }

  private func open(_ request: Request) async throws -> Response {
    let body = try await RequestBody.json(of: request)
    let terms = try RequestBody.terms(body)
    let charge = try await kiosk.pipeline.open(
      amount: try RequestBody.amount(body, mayBeNothing: terms.entrance != nil),
      description: try RequestBody.text(body, "description"), terms: terms)
    return Response(status: .created, json: charge.json)
  }

  private func preview(_ request: Request) async throws -> Response {
    let body = try await RequestBody.json(of: request)
    guard let card = try RequestBody.text(body, "card") else {
      throw Refusal(.requestMalformed, "card must be the card's number.")
    }
    let terms = try RequestBody.terms(body)
    return Response(
      json: try await kiosk.preview(
        card, amount: try RequestBody.amount(body, mayBeNothing: terms.entrance != nil), terms: terms))
  }

  private func refill(_ request: Request) async throws -> Response {
    let body = try await RequestBody.json(of: request)
    guard let card = try RequestBody.text(body, "card") else {
      throw Refusal(.requestMalformed, "card must be the card's number.")
    }
    return Response(
      status: .created,
      json: try await kiosk.refill(
        card, asset: try RequestBody.id(body, "asset"), amount: try RequestBody.amount(body),
        means: try RequestBody.text(body, "means")))
  }

  private static func chargeID(_ context: BasicRequestContext) throws(Refusal) -> EntityID {
    guard let id = context.parameters.get("id").flatMap({ EntityID($0) }) else { throw Refusal(.chargeUnknown) }
    return id
  }
}
