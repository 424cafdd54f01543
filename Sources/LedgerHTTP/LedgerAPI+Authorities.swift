import FedowProtocol
import Hummingbird
import Ledger
import Model

/// The native calls by which anyone checks who made a block.
extension LedgerAPI {
  func addAuthorities(to router: Router<LedgerRequestContext>) {
    router.get("v1/authorities") { [self] request, _ in
      try await queries.authorities(after: try number("since", in: request)).response
    }
    router.get("v1/transactions/:id/proof") { [self] _, context in
      try await queries.proof(of: try id(context)).response
    }
  }
}
