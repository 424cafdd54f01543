import FedowProtocol
import Hummingbird
import Ledger
import Model

/// The native calls of kiosks.
extension LedgerAPI {
  func addNative(to router: Router<LedgerRequestContext>) {
    addDebits(to: router)
    addDevices(to: router)
    addDelegations(to: router)
    addBooks(to: router)
    router.get("v1/cards/:tag") { [self] request, context in
      let place = try await caller(request).place
      let tag = try parameter("tag", context)
      if let answer = try queries.kioskCard(tag: tag, place: place.uuid, now: clock()) { return answer.response }
      return try await postings.submit(ReadKioskCard(place: place.uuid, tag: tag)).response
    }
    router.get("v1/policy") { [self] request, _ in
      try await queries.policy(place: try await caller(request).place.uuid).response
    }
    addSettlements(to: router)
    addAcceptance(to: router)
    addClearings(to: router)
    router.get("v1/audit") { [self] request, _ in
      let place = try await caller(request).place
      return try await queries.audit(place: place.uuid, after: try number("since", in: request)).response
    }
    router.post("v1/primary-cards/:tag") { [self] request, context in
      let signed = try await SignedRequest(request)
      let (caller, passport) = try await regular(signed)
      let tag = try parameter("tag", context)
      return try await postings.submit(
        ChangeOperatorCard(place: caller.place.uuid, device: caller.device, tag: tag, body: signed.body), by: passport
      ).response
    }
    router.get("v1/hotlist") { [self] request, _ in
      _ = try await caller(request)
      let since = try number("since", in: request)
      let wait = Duration.seconds(min(max(try number("wait", in: request), 0), 30))
      let answer = { () async throws in try await queries.hotlist(since: since, wait: wait, now: clock).response }
      // Nobody sends a body with this; who does is not watched, for the sake of what stands below.
      guard request.headers[.contentLength] == nil, request.headers[.transferEncoding] == nil else {
        return try await answer()
      }
      // A client that hangs up frees its place among those who wait.
      do {
        return try await request.body.consumeWithCancellationOnInboundClose { body in
          // To its end first: when this is over, Hummingbird gives up what feeds the body, and NIO stops the process if
          // that has not seen the end yet.
          for try await _ in body {}
          return try await answer()
        }
      } catch is CancellationError {
        // Nobody reads this.
        return Response(status: .noContent)
      }
    }
  }

  private func addDebits(to router: Router<LedgerRequestContext>) {
    router.post("v1/debits") { [self] request, _ in
      let signed = try await SignedRequest(request)
      let (caller, passport) = try await regular(signed)
      let answer = try await postings.submit(
        PostDebit(place: caller.place.uuid, device: caller.device, debit: try DebitRequest(signed.body)), by: passport)
      // A refusal that is kept is shown like any other.
      guard answer.status < 400 else { throw Rejection(answer) }
      return answer.response
    }
    router.get("v1/debits/:id") { [self] request, context in
      let place = try await caller(request).place
      return try await queries.debit(id: try id(context), place: place.uuid).response
    }
    router.post("v1/debits/:id/void") { [self] request, context in
      let signed = try await SignedRequest(request)
      let (caller, passport) = try await regular(signed)
      let id = try id(context)
      return try await postings.submit(
        VoidDebit(place: caller.place.uuid, device: caller.device, debit: id, body: signed.body), by: passport
      ).response
    }
  }

  private func addSettlements(to router: Router<LedgerRequestContext>) {
    router.post("v1/debits/:id/settle") { [self] request, context in
      let signed = try await SignedRequest(request)
      let (caller, passport) = try await regular(signed)
      let id = try id(context)
      return try await postings.submit(
        SettleDebit(place: caller.place.uuid, device: caller.device, debit: id, body: signed.body), by: passport
      ).response
    }
    router.get("v1/unsettled") { [self] request, _ in
      try await queries.unsettled(place: try await caller(request).place.uuid).response
    }
  }

  private func addDelegations(to router: Router<LedgerRequestContext>) {
    router.get("v1/delegations") { [self] request, _ in
      try await queries.delegations(try await authenticator.wallet(request.credentials), now: clock()).response
    }
    router.post("v1/delegations") { [self] request, _ in
      try await postForWallet(request) { GrantDelegation(signer: $0, body: $1) }
    }
    router.post("v1/delegations/:id/revoke") { [self] request, context in
      let id = try id(context)
      return try await postForWallet(request) { signer, _ in RevokeDelegation(signer: signer, delegation: id) }
    }
  }

  private func addDevices(to router: Router<LedgerRequestContext>) {
    // None of these is replayed from its first answer, which holds a secret that is kept nowhere.
    router.post("v1/devices") { [self] request, _ in
      let signed = try await SignedRequest(request)
      return try await postings.submit(
        EnrolDevice(body: signed.body, signature: signed.credentials.signatureBytes)
      ).response
    }
    router.post("v1/devices/codes") { [self] request, _ in
      let signed = try await SignedRequest(request)
      let (caller, passport) = try await regular(signed)
      return try await postings.submit(
        CreateEnrolmentCode(place: caller.place.uuid, device: caller.device, body: signed.body), by: passport
      ).response
    }
    router.get("v1/devices") { [self] request, _ in
      let caller = try await caller(request)
      return try await queries.devices(place: caller.place.uuid, caller: caller.device).response
    }
    router.post("v1/devices/:id/revoke") { [self] request, context in
      let (caller, passport) = try await regular(try await SignedRequest(request))
      return try await postings.submit(
        RevokeDevice(place: caller.place.uuid, caller: caller.device, device: try id(context)), by: passport
      ).response
    }
  }

  /// The path's uuid.
  func id(_ context: LedgerRequestContext) throws -> EntityID {
    guard let id = EntityID(try parameter("id", context)) else { throw Refusal(.notFound) }
    return id
  }

  /// A whole number of the query; 0 when it is not there.
  func number(_ name: Substring, in request: Request) throws -> Int64 {
    guard let text = request.uri.queryParameters[name] else { return 0 }
    guard let number = Int64(text), number >= 0 else {
      throw Refusal(.requestMalformed, "\(name) is a whole number of at least 0.")
    }
    return number
  }
}
