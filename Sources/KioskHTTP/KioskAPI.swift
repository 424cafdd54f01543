import FedowProtocol
import Hummingbird
import Kiosk
import Logging
import Model

/// The kiosk's local API: what a till's page, `tapctl` and a cashier's script talk to.
public struct KioskAPI: Sendable {
  private static let longestBody = 16 * 1024
  private let kiosk: TapKiosk

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
    router.get("v1/events") { _, _ in EventStream.response(kiosk.events) }
    router.get("v1/readers") { _, _ in Response(json: kiosk.board.report) }
    router.get("v1/health") { _, _ in Response(json: await kiosk.health()) }
    router.get("v1/cards/:tag") { _, context in
      Response(json: try await kiosk.card(context.parameters.get("tag") ?? ""))
    }
    router.post("v1/refills") { request, _ in try await refill(request) }
    return router
  }

  private func open(_ request: Request) async throws -> Response {
    let body = try await Self.body(of: request)
    let description = body["description"]
    guard description == nil || description?.isNull == true || description?.text != nil else {
      throw Refusal(.requestMalformed, "description must be a text.")
    }
    let charge = try await kiosk.pipeline.open(amount: try Self.amount(body), description: description?.text)
    return Response(status: .created, json: charge.json)
  }

  private func refill(_ request: Request) async throws -> Response {
    let body = try await Self.body(of: request)
    guard let card = body["card"]?.text else { throw Refusal(.requestMalformed, "card must be the card's number.") }
    var asset: EntityID?
    if let text = body["asset"]?.text {
      guard let id = EntityID(text) else { throw Refusal(.requestMalformed, "asset must be a UUID.") }
      asset = id
    }
    return Response(
      status: .created, json: try await kiosk.refill(card, asset: asset, amount: try Self.amount(body)))
  }

  private static func chargeID(_ context: BasicRequestContext) throws(Refusal) -> EntityID {
    guard let id = context.parameters.get("id").flatMap({ EntityID($0) }) else { throw Refusal(.chargeUnknown) }
    return id
  }

  private static func amount(_ body: JSON) throws(Refusal) -> Amount {
    guard let minorUnits = body["amount"]?.int64 else {
      throw Refusal(.amountInvalid, "amount must be a whole number of minor units: 350 for 3.50.")
    }
    guard minorUnits > 0 else { throw Refusal(.amountInvalid) }
    return Amount(minorUnits: minorUnits)
  }

  private static func body(of request: Request) async throws -> JSON {
    let buffer: ByteBuffer
    do {
      buffer = try await request.body.collect(upTo: longestBody)
    } catch {
      throw Refusal(.requestMalformed, "The body is longer than \(longestBody) bytes, or was cut off.")
    }
    do {
      let json = try JSON.parse(Array(buffer.readableBytesView))
      guard json.object != nil else { throw Refusal(.requestMalformed, "The body must be a JSON object.") }
      return json
    } catch let error as JSONError {
      throw Refusal(.requestMalformed, "The body is not JSON: \(error).")
    }
  }
}
