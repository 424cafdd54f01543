import FedowProtocol
import Hummingbird
import Kiosk
import Model

extension KioskAPI {
  /// The routes for what an operator does besides charging.
  func addOperation(to router: Router<BasicRequestContext>) {
    let kiosk = kiosk
    router.get("v1/operator") { _, _ in Response(json: await kiosk.pipeline.operatorReport()) }
    router.post("v1/operator") { _, _ in
      Response(status: .accepted, json: try await kiosk.pipeline.askForOperator())
    }
    router.delete("v1/operator") { _, _ in Response(json: await kiosk.pipeline.closeOperator()) }
    router.get("v1/audit") { request, _ in
      let since = request.uri.queryParameters["since"].flatMap { Int64($0) } ?? 0
      return Response(json: ["audit": .array(try await kiosk.store.auditTrail(after: since))])
    }
    addOutbox(to: router)
    router.get("v1/devices") { _, _ in Response(json: ["devices": try await kiosk.devices()]) }
    router.post("v1/devices/codes") { request, _ in
      let body = try await RequestBody.json(of: request)
      guard let name = try RequestBody.text(body, "name"), !name.isEmpty else {
        throw Refusal(.requestMalformed, "name must say how the new device is called.")
      }
      return Response(status: .created, json: try await kiosk.enrolmentCode(name: name))
    }
    router.post("v1/devices/:id/revoke") { _, context in
      Response(json: try await kiosk.revokeDevice(try Self.id(context)))
    }
  }

  private func addOutbox(to router: Router<BasicRequestContext>) {
    let kiosk = kiosk
    router.get("v1/outbox") { request, _ in
      let query = request.uri.queryParameters
      let rows = try await kiosk.outbox(
        in: try Self.states(query["state"].map { String($0) }),
        limit: min(100_000, max(1, query["limit"].flatMap { Int($0) } ?? 1000)))
      return Response(json: ["rows": .array(rows.map { $0.json() })])
    }
    router.get("v1/outbox/:id") { _, context in
      guard let row = try await kiosk.store.row(try Self.id(context)) else { throw Refusal(.notFound) }
      return Response(json: row.json(isLong: true))
    }
    router.post("v1/outbox/retry") { _, _ in Response(json: try await kiosk.retry(nil)) }
    router.post("v1/outbox/:id/retry") { _, context in Response(json: try await kiosk.retry(try Self.id(context))) }
    router.post("v1/outbox/:id/forgive") { _, context in
      Response(json: try await kiosk.forgive(try Self.id(context)))
    }
  }

  private static func states(_ text: String?) throws(Refusal) -> Set<OutboxState>? {
    guard let text else { return nil }
    if text == "all" { return Set(OutboxState.allCases) }
    let words = text.split(separator: ",")
    let states = words.compactMap { OutboxState(rawValue: String($0)) }
    guard !states.isEmpty, states.count == words.count else {
      let known = OutboxState.allCases.map(\.rawValue).joined(separator: ", ")
      throw Refusal(.requestMalformed, "state is all, or one or more of \(known).")
    }
    return Set(states)
  }

  private static func id(_ context: BasicRequestContext) throws(Refusal) -> EntityID {
    guard let id = context.parameters.get("id").flatMap({ EntityID($0) }) else { throw Refusal(.notFound) }
    return id
  }
}
