import FedowProtocol
import HTTPTypes
import Hummingbird
import Ledger
import Model

extension LedgerAPI {
  private static let forwardedProtocol = HTTPField.Name("X-Forwarded-Proto") ?? .origin

  func addTransactions(to router: Router<LedgerRequestContext>) {
    router.post("transaction") { [self] request, _ in
      try await post(request) { PostTransaction(place: $0.uuid, body: $1) }
    }
    for (path, kind) in [
      ("create_membership", PostForWallet.Kind.membership), ("qrcodescanpay", .qrCodeSale),
      ("refill_from_lespass_to_user_wallet", .refill),
    ] {
      router.post("transaction/\(path)") { [self] request, _ in
        try await postByKeyAndWallet(request) { PostForWallet(kind, place: $0.uuid, signer: $1, body: $2) }
      }
    }
    router.get("transaction") { [self] request, _ in
      try await queries.transactions(ofPlace: try await place(request)).response
    }
    router.post("transaction/list_by_asset") { [self] request, _ in
      let signed = try await SignedRequest(request)
      let place = try await authenticator.place(byKey: signed.credentials)
      _ = try await authenticator.wallet(signed.credentials, signed: signed.message)
      return try await queries.transactions(signed.body, place: place).response
    }
    router.get("transaction/paginated_list_by_wallet_signature") { [self] request, _ in
      let wallet = try await authenticator.wallet(request.credentials)
      let query = request.uri.queryParameters
      let scheme = request.headers[Self.forwardedProtocol] ?? "http"
      // A page that is no number is a page that there is not, as the real server says it.
      guard let page = Int(query["page"] ?? "1") else { throw Rejection(status: 404, ["detail": "Page non valide."]) }
      guard let pageSize = Int(query["page_size"] ?? "20"), pageSize > 0 else {
        throw Rejection(field: "page_size", "Un nombre entier valide est requis.")
      }
      return try await queries.ownTransactions(
        wallet, page: page, pageSize: pageSize,
        url: "\(scheme)://\(request.head.authority ?? "localhost")\(request.uri.path)"
      ).response
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
