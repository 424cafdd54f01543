import FedowProtocol
import Hummingbird
import Ledger
import Model

/// The calls that Stripe stands behind, as a server without a Stripe key answers them.
extension LedgerAPI {
  func addStripe(to router: Router<LedgerRequestContext>) {
    router.post("wallet/get_federated_token_refill_checkout") { [self] request, _ -> Response in
      let signed = try await SignedRequest(request)
      _ = try await authenticator.place(byKey: signed.credentials)
      _ = try await authenticator.wallet(signed.credentials, signed: signed.message)
      throw Rejection(
        status: 417,
        ["detail": "This server has no Stripe key.", "code": JSON(Refusal.Code.configurationInvalid.rawValue)])
    }
    router.get("wallet/:uuid/retrieve_from_refill_checkout") { [self] request, _ -> Response in
      _ = try await authenticator.place(byKey: request.credentials)
      _ = try await authenticator.wallet(request.credentials)
      // No checkout was ever begun here, so none can be found, whatever it is called.
      throw Rejection.noSuch("CheckoutStripe")
    }
    router.post("webhook_stripe") { _, _ -> Response in
      // Without the key that Stripe shares, no event can prove where it comes from.
      throw Rejection.notAuthenticated
    }
  }
}
