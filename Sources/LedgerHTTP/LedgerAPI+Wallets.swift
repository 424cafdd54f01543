import FedowProtocol
import Hummingbird
import Ledger
import Model

extension LedgerAPI {
  func addWallets(to router: Router<BasicRequestContext>) {
    router.get("wallet/retrieve_by_signature") { [self] request, _ in
      try await queries.ownWallet(try await authenticator.wallet(request.credentials)).response
    }
    router.get("wallet/:uuid") { [self] request, context in
      let place = try await place(request)
      return try await queries.wallet(try parameter("uuid", context), place: place).response
    }
  }
}
