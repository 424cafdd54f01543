import FedowProtocol
import Hummingbird
import Ledger
import Model

extension LedgerAPI {
  func addTransactions(to router: Router<BasicRequestContext>) {
    router.post("transaction") { [self] request, _ in
      try await post(request) { PostTransaction(place: $0.uuid, body: $1) }
    }
    for (path, kind) in [
      ("create_membership", PostForWallet.Kind.membership), ("qrcodescanpay", .qrCodeSale),
      ("refill_from_lespass_to_user_wallet", .refill),
    ] {
      router.post("transaction/\(path)") { [self] request, _ in
        let signed = try await SignedRequest(request)
        let place = try await authenticator.place(byKey: signed.credentials)
        let signer = try await authenticator.wallet(signed.credentials, signed: signed.message)
        let command = PostForWallet(kind, place: place.uuid, signer: signer, body: signed.body)
        return try await postings.submit(command, guarded: signed.replayGuard(place: place.uuid)).response
      }
    }
    router.get("transaction/:id") { [self] _, context in
      try await queries.transaction(try parameter("id", context)).response
    }
    router.get("transaction/:id/get_from_hash") { [self] request, context in
      let place = try await place(request)
      return try await queries.transaction(hash: try parameter("id", context), place: place).response
    }
  }
}
