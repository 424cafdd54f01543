import FedowProtocol
import Hummingbird
import Ledger
import Model

extension LedgerAPI {
  func addAssets(to router: Router<LedgerRequestContext>) {
    router.get("asset") { [self] request, _ in
      try await queries.acceptedAssets(place: try await place(request)).response
    }
    router.post("asset") { [self] request, _ in
      try await post(request) { CreateAsset(place: $0.uuid, body: $1) }
    }
    router.get("asset/get_accepted_assets") { [self] request, _ in
      try await queries.acceptedAssets(place: try await authenticator.place(byKey: request.credentials)).response
    }
    router.post("asset/create_token_asset") { [self] request, _ in
      try await postByKey(request) {
        CreateAsset(place: $0.uuid, body: $1, categories: CreateAsset.ofPlaces.subtracting([.membership, .badge]))
      }
    }
    router.post("asset/create_membership_asset") { [self] request, _ in
      try await postByKey(request) { CreateAsset(place: $0.uuid, body: $1, categories: [.membership, .badge]) }
    }
    router.get("asset/:uuid/retrieve_membership_asset") { [self] request, context in
      _ = try await authenticator.place(byKey: request.credentials)
      return try await queries.assetAlone(try parameter("uuid", context)).response
    }
    for path in ["retrieve_total_by_place", "total_by_place_with_uuid"] {
      router.get("asset/:uuid/\(path)") { [self] request, context in
        let place = try await authenticator.place(byKey: request.credentials)
        return try await queries.totalsByPlace(try parameter("uuid", context), place: place).response
      }
    }
    router.get("asset/:uuid/retrieve_bank_deposits") { [self] request, context in
      let place = try await authenticator.place(byKey: request.credentials)
      return try await queries.bankDeposits(try parameter("uuid", context), place: place).response
    }
    router.get("asset/:uuid/archive_asset") { [self] request, context in
      let place = try await authenticator.place(byKey: request.credentials)
      let command = ArchiveAsset(place: place.uuid, asset: try parameter("uuid", context))
      return try await postings.submit(command).response
    }
    router.get("asset/:uuid") { [self] request, context in
      _ = try await place(request)
      return try await queries.asset(try parameter("uuid", context)).response
    }
  }
}
