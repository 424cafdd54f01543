import FedowProtocol
import Hummingbird
import Ledger
import Model

extension LedgerAPI {
  func addCards(to router: Router<BasicRequestContext>) {
    router.post("card") { [self] request, _ in
      try await post(request) { CreateCards(place: $0.uuid, body: $1) }
    }
    router.post("card/set_primary") { [self] request, _ in
      try await post(request) { SetPrimaryCard(place: $0.uuid, body: $1) }
    }
    router.get("card/:tag") { [self] request, context in
      let place = try await place(request)
      let tag = try parameter("tag", context)
      if let answer = try await queries.card(tag: tag, place: place.uuid) { return answer.response }
      return try await postings.submit(ReadCard(place: place.uuid, tag: tag)).response
    }
  }
}
