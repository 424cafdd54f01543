import FedowProtocol
import Hummingbird
import Ledger
import Model

extension LedgerAPI {
  func addWallets(to router: Router<LedgerRequestContext>) {
    router.get("wallet/retrieve_by_signature") { [self] request, _ in
      try await queries.ownWallet(try await authenticator.wallet(request.credentials)).response
    }
    router.post("wallet/get_or_create") { [self] request, _ in
      let signed = try await SignedRequest(request)
      _ = try await authenticator.place(byKey: signed.credentials)
      let command = GetOrCreateWallet(body: signed.body, signature: signed.credentials.signatureBytes)
      return try await postings.submit(command).response
    }
    router.post("wallet/linkwallet_cardqrcode") { [self] request, _ in
      try await postForWallet(request) { LinkCard(signer: $0, body: $1, card: .qrcode) }
    }
    router.post("wallet/linkwallet_card_number") { [self] request, _ in
      try await postForWallet(request) { LinkCard(signer: $0, body: $1, card: .number) }
    }
    router.post("wallet/local_asset_bank_deposit") { [self] request, _ in
      try await postByKeyAndWallet(request) { place, _, body in DepositInBank(place: place.uuid, body: body) }
    }
    router.get("wallet/:uuid/badge") { [self] request, context in
      let place = try await authenticator.place(byKey: request.credentials)
      let signer = try await authenticator.wallet(request.credentials)
      let asset = try parameter("uuid", context)
      return try await postings.submit(BadgeWallet(place: place.uuid, signer: signer, asset: asset)).response
    }
    router.get("wallet/:uuid") { [self] request, context in
      let place = try await place(request)
      return try await queries.wallet(try parameter("uuid", context), place: place).response
    }
  }
}
