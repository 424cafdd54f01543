import FedowProtocol
import HTTPTypes
import Hummingbird
import Ledger
import Model

/// The native calls about the life of a card.
extension LedgerAPI {
  func addCardLife(to router: Router<LedgerRequestContext>) {
    addCardReadings(to: router)
    addCardChanges(to: router)
    addOwnCards(to: router)
  }

  private func addCardReadings(to router: Router<LedgerRequestContext>) {
    router.get("v1/cards") { [self] request, _ in
      let place = try await caller(request).place
      let text = request.uri.queryParameters["q"].map { String($0) } ?? ""
      return try await queries.cards(named: text, place: place.uuid, now: clock()).response
    }
    router.get("v1/cards/:tag/reassignment") { [self] request, context in
      let place = try await caller(request).place
      let query = request.uri.queryParameters
      guard let to = query["to"] else { throw Refusal(.requestMalformed, "to names the new card's tag.") }
      let word = query["with_primary"] ?? "false"
      guard word == "true" || word == "false" else {
        throw Refusal(.requestMalformed, "with_primary is true or false.")
      }
      return try await queries.reassignment(
        from: try parameter("tag", context), to: String(to), withPrimary: word == "true", place: place.uuid,
        now: clock()
      ).response
    }
    router.get("v1/sightings") { [self] request, _ in
      let place = try await caller(request).place
      return try await queries.sightings(place: place.uuid, after: try number("since", in: request)).response
    }
  }

  private func addCardChanges(to router: Router<LedgerRequestContext>) {
    router.post("v1/cards/enroll") { [self] request, _ in
      try await changeCard(request) { EnrollCards(by: $0, body: $1) }
    }
    router.post("v1/cards/:tag/unenroll") { [self] request, context in
      let tag = try parameter("tag", context)
      return try await changeCard(request) { UnenrollCard(tag, by: $0, body: $1) }
    }
    router.post("v1/cards/:tag/bind") { [self] request, context in
      let tag = try parameter("tag", context)
      return try await changeCard(request) { BindCard(tag, by: $0, body: $1) }
    }
    router.post("v1/cards/:tag/lost") { [self] request, context in
      let tag = try parameter("tag", context)
      return try await changeCard(request) { BlockCard.lost(tag, by: $0, body: $1) }
    }
    router.post("v1/cards/:tag/unblock") { [self] request, context in
      let tag = try parameter("tag", context)
      return try await changeCard(request) { BlockCard.unblock(tag, by: $0, body: $1) }
    }
    router.post("v1/cards/:tag/sighted") { [self] request, context in
      let tag = try parameter("tag", context)
      return try await changeCard(request) { SightCard(tag, by: $0, body: $1) }
    }
    router.post("v1/cards/:tag/reassign") { [self] request, context in
      let tag = try parameter("tag", context)
      return try await changeCard(request) { ReassignCard(tag, by: $0, body: $1) }
    }
    router.post("v1/reassignments/:id/undo") { [self] request, context in
      let id = try id(context)
      return try await changeCard(request) { UndoReassignment(id, by: $0, body: $1) }
    }
  }

  private func addOwnCards(to router: Router<LedgerRequestContext>) {
    router.get("v1/wallet/cards") { [self] request, _ in
      try await queries.cards(of: try await authenticator.wallet(request.credentials), now: clock()).response
    }
    router.post("v1/wallet/cards/:tag/confirm") { [self] request, context in
      let tag = try parameter("tag", context)
      return try await postForWallet(request) { ConfirmCard(signer: $0, tag: tag, body: $1) }
    }
    router.post("v1/wallet/cards/:tag/limits") { [self] request, context in
      let tag = try parameter("tag", context)
      return try await postForWallet(request) { LimitCard(signer: $0, tag: tag, body: $1) }
    }
    router.post("v1/wallet/cards/:tag/lost") { [self] request, context in
      let tag = try parameter("tag", context)
      return try await postForWallet(request) { BlockCard.lost(tag, by: .holder($0), body: $1) }
    }
    router.post("v1/wallet/cards/:tag/unblock") { [self] request, context in
      let tag = try parameter("tag", context)
      return try await postForWallet(request) { BlockCard.unblock(tag, by: .holder($0), body: $1) }
    }
    router.post("v1/wallet/cards/:tag/reassign") { [self] request, context in
      let tag = try parameter("tag", context)
      return try await postForWallet(request) { ReassignCard(tag, by: .holder($0), body: $1) }
    }
    router.post("v1/wallet/reassignments/:id/undo") { [self] request, context in
      let id = try id(context)
      return try await postForWallet(request) { UndoReassignment(id, by: .holder($0), body: $1) }
    }
  }

  /// Authenticates a place's POST and has its card changed; the body's own id makes a repetition harmless.
  private func changeCard(
    _ request: Request, _ command: (CardChanger, JSON) -> any LedgerCommand
  ) async throws -> Response {
    let signed = try await SignedRequest(request)
    let (caller, passport) = try await regular(signed)
    let changer = CardChanger.place(caller.place.uuid, device: caller.device)
    return try await postings.submit(command(changer, signed.body), by: passport).response
  }
}
