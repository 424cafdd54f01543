import FedowProtocol
import Hummingbird
import Ledger
import Model

/// The native calls about what was: refunds, histories, reports.
extension LedgerAPI {
  func addBooks(to router: Router<LedgerRequestContext>) {
    addRefunds(to: router)
    router.get("v1/cards/:tag/history") { [self] request, context in
      let place = try await caller(request).place
      return try await queries.history(
        tag: try parameter("tag", context), request: try historyRequest(request), place: place
      ).response
    }
    router.get("v1/wallets/:id/history") { [self] request, context in
      let place = try await caller(request).place
      return try await queries.history(
        wallet: try id(context), request: try historyRequest(request), place: place
      ).response
    }
    router.get("v1/report") { [self] request, _ in
      let place = try await caller(request).place
      let by = request.uri.queryParameters["by"].map { String($0) } ?? ReportRequest.Step.hour.rawValue
      guard let step = ReportRequest.Step(rawValue: by) else {
        throw Refusal(.requestMalformed, "by is hour or day.")
      }
      let wanted = ReportRequest(
        from: try instant("from", in: request), to: try instant("to", in: request), by: step)
      return try await queries.report(wanted, place: place, now: clock()).response
    }
  }

  private func addRefunds(to router: Router<LedgerRequestContext>) {
    router.get("v1/cards/:tag/refund") { [self] request, context in
      let place = try await caller(request).place
      return try await queries.refundPreview(tag: try parameter("tag", context), place: place).response
    }
    router.post("v1/cards/:tag/refund") { [self] request, context in
      let signed = try await SignedRequest(request)
      let (caller, passport) = try await regular(signed)
      let (place, tag) = (caller.place.uuid, try parameter("tag", context))
      return try await postings.submit(
        PostRefund(place: place, device: caller.device, tag: tag, body: signed.body),
        guarded: try PostRefund.replayGuard(place: place, tag: tag, body: signed.body), by: passport
      ).response
    }
  }

  private func historyRequest(_ request: Request) throws -> HistoryRequest {
    let limit = try number("limit", in: request)
    guard limit <= 1000 else { throw Refusal(.requestMalformed, "limit is at most 1000.") }
    let before = try number("before", in: request)
    return HistoryRequest(
      limit: limit == 0 ? 100 : Int(limit), before: before == 0 ? nil : before,
      from: try instant("from", in: request), to: try instant("to", in: request))
  }

  /// An instant of the query, or nil. A plus sign that was not encoded comes as a space.
  private func instant(_ name: Substring, in request: Request) throws -> LedgerTime? {
    guard let text = request.uri.queryParameters[name] else { return nil }
    let text19 = text.dropFirst(19)
    guard let time = LedgerTime.parse(text.prefix(19) + text19.map { $0 == " " ? "+" : String($0) }.joined()) else {
      throw Refusal(.requestMalformed, "\(name) is an instant like 2026-01-31T12:00:00Z.")
    }
    return time
  }
}
