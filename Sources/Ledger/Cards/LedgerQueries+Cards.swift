import FedowProtocol
import Model
import Rules

/// What only reads about cards.
extension LedgerQueries {
  /// The most sightings in one answer.
  static let sightingLimit = 1000
  /// The most cards in one answer.
  static let cardLimit = 100

  /// `GET /v1/cards/`: the cards that a text names, of places that share a federation with the one that asks.
  /// - Throws: `Refusal` with `unknown_card`.
  public func cards(named text: String, place: EntityID, now: LedgerTime) async throws -> Answer {
    try await store.read { books in
      let found = try books.cards(named: text).filter { try books.isFamily(place, $0.origin) }
      guard !found.isEmpty else { throw Refusal(.cardUnknown) }
      return Answer([
        "cards": .array(try found.prefix(Self.cardLimit).map { try books.sheet($0, reader: place, now: now) })
      ])
    }
  }

  /// `GET /v1/wallet/cards/`.
  public func cards(of wallet: EntityID, now: LedgerTime) async throws -> Answer {
    try await store.read { books in
      let sheets = { (cards: [Books.Card]) in JSON.array(try cards.map { try books.sheet($0, reader: nil, now: now) }) }
      return Answer([
        "cards": try sheets(try books.ownCards(of: wallet)), "offered": try sheets(try books.offeredCards(to: wallet)),
      ])
    }
  }

  /// `GET /v1/sightings/`: where the place's own blocked cards were tapped.
  public func sightings(place: EntityID, after number: Int64) async throws -> Answer {
    try await store.read { books in
      Answer(["sightings": .array(try books.sightings(origin: place, after: number, limit: Self.sightingLimit))])
    }
  }

  /// `GET /v1/cards/{tag}/reassignment/`: what a reassignment would do.
  /// - Throws: `Refusal` with `unknown_card`, also for a card out of the place's sight.
  public func reassignment(
    from tag: String, to: String, withPrimary: Bool, place: EntityID, now: LedgerTime
  ) async throws -> Answer {
    try await store.read { books in
      guard let old = try books.card(tag: tag), try books.isFamily(place, old.origin) else {
        throw Refusal(.cardUnknown)
      }
      let plan = try CardMove(from: old, to: to, withPrimary: withPrimary, by: .place(place), books: books)
      return Answer(try plan.preview(reader: try books.place(place), books: books, now: now))
    }
  }
}
