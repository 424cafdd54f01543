import FedowProtocol
import Hummingbird
import Ledger
import Model

/// The native calls about what a place takes of the money of others.
extension LedgerAPI {
  func addAcceptance(to router: Router<LedgerRequestContext>) {
    router.get("v1/acceptance") { [self] request, _ in
      try await queries.acceptance(place: try await caller(request).place).response
    }
    router.post("v1/acceptance") { [self] request, _ in
      let signed = try await SignedRequest(request)
      let (caller, passport) = try await regular(signed)
      return try await postings.submit(
        SetAcceptance(place: caller.place.uuid, device: caller.device, body: signed.body), by: passport
      ).response
    }
  }
}
