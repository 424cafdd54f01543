import FedowProtocol
import Hummingbird
import Ledger
import Model

extension LedgerAPI {
  func addTransactions(to router: Router<BasicRequestContext>) {
    router.post("transaction") { [self] request, _ in
      try await post(request) { PostTransaction(place: $0.uuid, body: $1) }
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
