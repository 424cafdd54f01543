import FedowProtocol
import Hummingbird
import Ledger
import Model

extension LedgerAPI {
  func addHello(to router: Router<LedgerRequestContext>) {
    router.get("helloworld") { _, _ in Answer(["message": "Hello world!"]).response }
    router.get("helloworld_apikey") { [self] request, _ in
      _ = try await authenticator.place(byKey: request.credentials)
      return Answer(["message": "Hello world ApiKey!"]).response
    }
    router.post("helloworld_apikey") { [self] request, _ in
      _ = try await place(try await SignedRequest(request))
      return Answer(["message": "Hello world Signature!"]).response
    }
  }

  func addPlaces(to router: Router<LedgerRequestContext>) {
    router.get("root_tibillet_handshake") { [self] _, _ in try await postings.submit(RootHandshake()).response }
    router.post("place") { [self] request, _ in
      let signed = try await SignedRequest(request)
      guard let key = signed.credentials.apiKey else { throw Rejection.notAuthenticated }
      return try await postings.submit(CreatePlace(key: key, body: signed.body)).response
    }
    router.get("place/link_cashless_to_place") { [self] request, _ in
      let place = try await authenticator.place(byKey: request.credentials)
      let signer = try await authenticator.wallet(request.credentials)
      return try await postings.submit(LinkCashless(place: place.uuid, signer: signer)).response
    }
    router.post("place/handshake") { [self] request, _ in
      let signed = try await SignedRequest(request)
      guard let key = signed.credentials.apiKey, let signature = signed.credentials.signatureBytes else {
        throw Rejection.notAuthenticated
      }
      return try await postings.submit(PairPlace(key: key, body: signed.body, signature: signature)).response
    }
  }

  func addFederations(to router: Router<LedgerRequestContext>) {
    router.get("federation") { [self] request, _ in
      try await queries.federations(place: try await place(request).uuid).response
    }
    router.post("federation") { [self] request, _ in
      try await postByKeyAndWallet(request) { ShareAsset(place: $0.uuid, signer: $1, body: $2) }
    }
  }
}
