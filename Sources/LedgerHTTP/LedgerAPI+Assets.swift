import FedowProtocol
import Hummingbird
import Ledger
import Model

extension LedgerAPI {
  func addAssets(to router: Router<BasicRequestContext>) {
    router.get("asset") { [self] request, _ in
      try await queries.acceptedAssets(place: try await place(request)).response
    }
    router.post("asset") { [self] request, _ in
      try await post(request) { CreateAsset(place: $0.uuid, body: $1) }
    }
    router.get("asset/get_accepted_assets") { [self] request, _ in
      try await queries.acceptedAssets(place: try await authenticator.place(byKey: request.credentials)).response
    }
    router.get("asset/:uuid") { [self] request, context in
      _ = try await place(request)
      return try await queries.asset(try parameter("uuid", context)).response
    }
  }
}
