import FedowProtocol
import Hummingbird
import Ledger
import Model

/// The native calls about members.
extension LedgerAPI {
  func addMemberships(to router: Router<LedgerRequestContext>) {
    router.get("v1/cards/:tag/memberships") { [self] request, context in
      let place = try await caller(request).place
      let tag = try parameter("tag", context)
      let text = request.uri.queryParameters["at"].map { String($0) }
      guard let time = text.map({ LedgerTime.parse($0) }) ?? clock() else {
        throw Refusal(.requestMalformed, "at is an instant like 2026-01-31T12:00:00Z.")
      }
      return try await queries.memberships(tag: tag, at: time, place: place).response
    }
    router.get("v1/renewals") { [self] request, _ in
      try await queries.renewals(place: try await caller(request).place).response
    }
    router.get("v1/wallet/memberships") { [self] request, _ in
      try await queries.memberships(of: try await authenticator.wallet(request.credentials), now: clock()).response
    }
  }
}
