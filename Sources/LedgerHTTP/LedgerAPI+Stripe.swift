import FedowProtocol
import HTTPTypes
import Hummingbird
import Ledger
import Model

/// The calls that Stripe stands behind; a server without a key of Stripe's answers that it has none.
extension LedgerAPI {
  private static let noStripe = Rejection(
    status: 417,
    ["detail": "This server has no Stripe key.", "code": JSON(Refusal.Code.configurationInvalid.rawValue)])

  func addStripe(to router: Router<LedgerRequestContext>) {
    addRefills(to: router)
    addStripeAccounts(to: router)
    router.get("wallet/refund_fed_by_signature") { [self] request, _ -> Response in
      let wallet = try await authenticator.wallet(request.credentials)
      if let stripe { return try await stripe.refunds.refund(wallet).response }
      // Federated money is made by Stripe alone, so a server without it has none to give back, or none that it can.
      guard let nothing = try await queries.nothingToRefund(wallet) else { throw Self.noStripe }
      return nothing.response
    }
    router.post("wallet/global_asset_bank_stripe_deposit") { [self] request, _ -> Response in
      let signed = try await SignedRequest(request)
      let place = try await authenticator.place(byKey: signed.credentials)
      _ = try await authenticator.wallet(signed.credentials, signed: signed.message)
      guard let stripe else {
        _ = try StripeTransfer.transfer(in: signed.body)
        throw Self.noStripe
      }
      return try await stripe.payouts.deposit(place: place.uuid, body: signed.body).response
    }
    router.post("webhook_stripe") { [self] request, _ -> Response in
      // Without the key that Stripe shares, no event can prove where it comes from.
      guard let stripe else { throw Rejection.notAuthenticated }
      let signature = request.headers[Self.signatureHeader]
      let bytes = try await request.bytes(now: MonotonicTime.now)
      let answer = try await stripe.inbox.receive(signature: signature, body: bytes)
      // This status has no body.
      return answer.status == 204 ? Response(status: .noContent) : answer.response
    }
  }

  private static let signatureHeader = HTTPField.Name("Stripe-Signature") ?? .ifMatch

  private func addRefills(to router: Router<LedgerRequestContext>) {
    router.post("wallet/get_federated_token_refill_checkout") { [self] request, _ -> Response in
      let signed = try await SignedRequest(request)
      let place = try await authenticator.place(byKey: signed.credentials)
      let wallet = try await authenticator.wallet(signed.credentials, signed: signed.message)
      guard let stripe else { throw Self.noStripe }
      return try await stripe.refills.begin(
        place: place.uuid, wallet: wallet, body: signed.body, guarded: signed.replayGuard(place: place.uuid)
      ).response
    }
    router.get("wallet/:uuid/retrieve_from_refill_checkout") { [self] request, context -> Response in
      _ = try await authenticator.place(byKey: request.credentials)
      let wallet = try await authenticator.wallet(request.credentials)
      // Where no checkout was ever begun, none can be found, whatever it is called.
      guard let stripe else { throw Rejection.noSuch("CheckoutStripe") }
      return try await stripe.refills.end(try parameter("uuid", context), wallet: wallet).response
    }
  }

  private func addStripeAccounts(to router: Router<LedgerRequestContext>) {
    router.post("v1/stripe/account") { [self] request, _ -> Response in
      let signed = try await SignedRequest(request)
      let place = try await place(signed)
      guard let stripe else { throw Self.noStripe }
      let text = signed.body["return_url"]?.text
      guard let url = text ?? place.lespassDomain.map({ "https://\($0)/" }) else {
        throw Refusal(.requestMalformed, "return_url says where Stripe sends the place back to.")
      }
      let (account, link) = try await stripe.connect.link(place: place.uuid, returnURL: url)
      return Answer(["account": account.json, "url": JSON(link.url), "expires_at": JSON(link.expires)]).response
    }
    router.get("v1/stripe/account") { [self] request, _ -> Response in
      let place = try await place(request)
      guard let stripe else { throw Self.noStripe }
      return Answer(try await stripe.connect.status(place: place.uuid).json).response
    }
  }
}
