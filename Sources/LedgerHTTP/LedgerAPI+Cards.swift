import FedowProtocol
import Hummingbird
import Ledger
import Model

extension LedgerAPI {
  func addCards(to router: Router<LedgerRequestContext>) {
    router.post("card") { [self] request, _ in
      try await post(request) { CreateCards(place: $0.uuid, body: $1) }
    }
    router.post("card/set_primary") { [self] request, _ in
      try await post(request) { SetPrimaryCard(place: $0.uuid, body: $1) }
    }
    router.post("card/badge") { [self] request, _ in
      try await post(request) { BadgeCard(place: $0.uuid, body: $1) }
    }
    router.post("card/refund") { [self] request, _ in
      try await post(request) { RefundCard(place: $0.uuid, body: $1) }
    }
    router.get("card/retrieve_card_by_signature") { [self] request, _ in
      try await queries.ownCards(try await authenticator.wallet(request.credentials)).response
    }
    router.post("card/lost_my_card_by_signature") { [self] request, _ in
      try await postForWallet(request) { LoseCard(signer: $0, body: $1) }
    }
    router.get("card/:tag") { [self] request, context in
      let place = try await place(request)
      let tag = try parameter("tag", context)
      if let answer = try queries.card(tag: tag, place: place.uuid) { return answer.response }
      return try await postings.submit(ReadCard(place: place.uuid, tag: tag)).response
    }
    addCardOrigins(to: router)
  }

  /// The three calls by which a ticketing server asks whose card it is.
  private func addCardOrigins(to router: Router<LedgerRequestContext>) {
    router.get("card/:tag/card_tag_id_retrieve") { [self] request, context in
      let tag = try parameter("tag", context)
      return try await cardOrigin(request, isWellFormed: tag.isEightHexadecimalDigits, "tag id") {
        try $0.card(tag: tag.uppercased())
      }
    }
    router.get("card/:tag/card_number_retrieve") { [self] request, context in
      let number = try parameter("tag", context)
      return try await cardOrigin(request, isWellFormed: number.isEightHexadecimalDigits, "card number") {
        try $0.card(numberPrinted: number.uppercased())
      }
    }
    router.get("card/:tag/qr_retrieve") { [self] request, context in
      guard let qrcode = EntityID(try parameter("tag", context)) else {
        _ = try await authenticator.place(byKey: request.credentials)
        throw Rejection(status: 400, "Invalid QR code format. Must be a UUID.")
      }
      return try await cardOrigin(request, isWellFormed: true, "") { try $0.card(qrcode: qrcode) }
    }
  }

  private func cardOrigin(
    _ request: Request, isWellFormed: Bool, _ what: String,
    _ find: @Sendable @escaping (Books) throws -> Books.Card?
  ) async throws -> Response {
    let place = try await authenticator.place(byKey: request.credentials)
    guard isWellFormed else {
      throw Rejection(status: 400, JSON("Invalid \(what) format. Must be 8 hexadecimal characters."))
    }
    if let answer = try await queries.cardOrigin(find) { return answer.response }
    // Never read before: its first reading makes its wallet.
    guard let card = try await store.read({ try find($0) }) else { throw Rejection.noSuch("Card") }
    _ = try await postings.submit(ReadCard(place: place.uuid, tag: card.firstTagID))
    guard let answer = try await queries.cardOrigin(find) else { throw Rejection.noSuch("Card") }
    return answer.response
  }
}

extension String {
  fileprivate var isEightHexadecimalDigits: Bool { utf8.count == 8 && Hexadecimal.decode(self) != nil }
}
