import FedowProtocol
import Hummingbird
import Ledger
import Model

/// The native call about melting money.
extension LedgerAPI {
  func addDemurrage(to router: Router<LedgerRequestContext>) {
    router.get("v1/wallet/demurrage") { [self] request, _ in
      try await queries.demurrage(try await authenticator.wallet(request.credentials), now: clock()).response
    }
  }
}
