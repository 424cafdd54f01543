import FedowProtocol
import Hummingbird
import Ledger
import Model

/// The native calls by which places settle what they hold of each other's money.
extension LedgerAPI {
  func addClearings(to router: Router<LedgerRequestContext>) {
    router.get("v1/clearings") { [self] request, _ in
      try await queries.clearings(place: try await caller(request).place.uuid, now: clock())
        .response
    }
    router.get("v1/clearings/:id") { [self] request, context in
      let place = try await caller(request).place.uuid
      return try await queries.clearing(try id(context), place: place, now: clock()).response
    }
    let acts: [AnswerClearing.Act] = [.agree, .decline, .declare, .confirm, .settle]
    for act in acts {
      router.post(RouterPath("v1/clearings/:id/\(act.rawValue)")) { [self] request, context in
        let signed = try await SignedRequest(request)
        let (caller, passport) = try await regular(signed)
        let command = AnswerClearing(
          act, place: caller.place.uuid, device: caller.device, clearing: try id(context),
          body: signed.body)
        return try await postings.submit(command, by: passport).response
      }
    }
  }
}
