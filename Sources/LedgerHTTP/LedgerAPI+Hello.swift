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
  }
}
