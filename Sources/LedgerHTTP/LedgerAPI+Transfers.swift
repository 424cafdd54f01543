import FedowProtocol
import Hummingbird
import Ledger
import Model

/// The native calls of people who give money to each other.
extension LedgerAPI {
  func addTransfers(to router: Router<LedgerRequestContext>) {
    // The transfer's own id is what it is known by, so none of these is replayed by its signature beside.
    router.post("v1/wallet/transfers") { [self] request, _ in
      try await transfer(request) { PostTransfer(signer: $0, request: $1) }
    }
    router.post("v1/wallet/transfers/preview") { [self] request, _ in
      try await transfer(request) { PreviewTransfer(signer: $0, request: $1) }
    }
    router.post("v1/wallet/transfers/limits") { [self] request, _ in
      try await postForWallet(request) { LimitTransfers(signer: $0, body: $1) }
    }
    router.get("v1/wallet/transfers") { [self] request, _ in
      let wallet = try await authenticator.wallet(request.credentials)
      let (before, limit) = (try number("before", in: request), try number("limit", in: request))
      return try await queries.transfers(
        of: wallet, before: before == 0 ? nil : before, limit: limit == 0 ? 100 : Int(clamping: limit)
      ).response
    }
    router.get("v1/wallet/transfers/:id") { [self] request, context in
      try await queries.transfer(try id(context), of: try await authenticator.wallet(request.credentials)).response
    }
  }

  private func transfer(
    _ request: Request, _ command: (EntityID, TransferRequest) -> any LedgerCommand
  ) async throws -> Response {
    let signed = try await SignedRequest(request)
    let (wallet, passport) = try await authenticator.signer(signed.credentials, signed: signed.message)
    guard let signature = signed.credentials.signature else { throw Rejection.notAuthenticated }
    let answer = try await postings.submit(
      command(wallet, try TransferRequest(signed.body, signature: signature)), by: passport)
    // A refusal that is kept is shown like any other.
    guard answer.status < 400 else { throw Rejection(answer) }
    return answer.response
  }
}
