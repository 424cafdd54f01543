import FedowProtocol
import Hummingbird
import Ledger
import Model

/// The calls that Stripe stands behind, as a server without a Stripe key answers them.
extension LedgerAPI {
  private static let noStripe = Rejection(
    status: 417,
    ["detail": "This server has no Stripe key.", "code": JSON(Refusal.Code.configurationInvalid.rawValue)])

  func addStripe(to router: Router<LedgerRequestContext>) {
    router.post("wallet/get_federated_token_refill_checkout") { [self] request, _ -> Response in
      let signed = try await SignedRequest(request)
      _ = try await authenticator.place(byKey: signed.credentials)
      _ = try await authenticator.wallet(signed.credentials, signed: signed.message)
      throw Self.noStripe
    }
    router.get("wallet/refund_fed_by_signature") { [self] request, _ -> Response in
      let wallet = try await authenticator.wallet(request.credentials)
      // Federated money is made by Stripe alone, so a server without it has none to give back, or none that it can.
      guard let nothing = try await queries.nothingToRefund(wallet) else { throw Self.noStripe }
      return nothing.response
    }
    router.post("wallet/global_asset_bank_stripe_deposit") { [self] request, _ -> Response in
      let signed = try await SignedRequest(request)
      _ = try await authenticator.place(byKey: signed.credentials)
      _ = try await authenticator.wallet(signed.credentials, signed: signed.message)
      try StripeTransfer.check(signed.body)
      throw Self.noStripe
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
