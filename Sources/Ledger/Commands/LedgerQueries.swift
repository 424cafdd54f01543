import FedowProtocol
import Model

/// The calls that only read, each in one snapshot beside the writer.
public struct LedgerQueries: Sendable {
  let store: LedgerStore

  /// Queries of this store.
  public init(store: LedgerStore) { self.store = store }

  /// `GET /card/{TAG}/` of a card that has a wallet; nil when it is to be opened first, by `ReadCard`.
  public func card(tag: String, place: EntityID) throws -> Answer? {
    try store.lookUp { try ReadCard.answerIfOpen(tag: tag, place: place, in: $0) }
  }

  /// `GET /asset/` and `GET /asset/get_accepted_assets/`.
  public func acceptedAssets(place: Books.Place) async throws -> Answer {
    try await store.read { books in
      Answer(.array(try books.acceptedAssets(of: place).map { try books.assetAnswer($0).json }))
    }
  }

  /// `GET /asset/{uuid}/`: with what is held of it.
  public func asset(_ uuid: String) async throws -> Answer {
    try await store.read { books in
      guard let asset = try EntityID(uuid).flatMap({ try books.asset($0) }) else { throw Rejection.noSuch("Asset") }
      let totals = try books.totals(of: asset.uuid)
      var object = try books.assetAnswer(asset).json.object ?? JSONObject()
      object["total_token_value"] = JSON(totals.everywhere)
      object["total_in_place"] = JSON(totals.inAllPlaces)
      object["total_in_wallet_not_place"] = JSON(totals.outOfPlaces)
      return Answer(.object(object))
    }
  }

  /// `GET /asset/{uuid}/retrieve_membership_asset/`: without what is held of it.
  public func assetAlone(_ uuid: String) async throws -> Answer {
    try await store.read { books in
      guard let asset = try EntityID(uuid).flatMap({ try books.asset($0) }) else { throw Rejection.noSuch("Asset") }
      return Answer(try books.assetAnswer(asset).json)
    }
  }

  /// `GET /wallet/{uuid}/`, as the place may see it.
  public func wallet(_ uuid: String, place: Books.Place) async throws -> Answer {
    try await store.read { books in
      guard let wallet = EntityID(uuid), try books.walletExists(wallet) else { throw Rejection.noSuch("Wallet") }
      return Answer(try books.walletAnswer(wallet, reader: place).json)
    }
  }

  /// `GET /wallet/retrieve_by_signature/`: the owner sees everything.
  public func ownWallet(_ wallet: EntityID) async throws -> Answer {
    try await store.read { Answer(try $0.walletAnswer(wallet, reader: nil).json) }
  }

  /// `GET /card/retrieve_card_by_signature/`.
  public func ownCards(_ wallet: EntityID) async throws -> Answer {
    try await store.read { books in
      Answer(.array(try books.cards(wallet: wallet).map { try books.cardAnswer($0, reader: nil).json }))
    }
  }

  /// `GET /transaction/{hash}/get_from_hash/`, its card as the place may see it.
  public func transaction(hash: String, place: Books.Place) async throws -> Answer {
    try await store.read { books in
      guard let posted = try books.transaction(hash: hash) else { throw Rejection.noSuch("Transaction") }
      return Answer(try books.transactionAnswer(posted, reader: place))
    }
  }

  /// `GET /transaction/{uuid}/`, for anyone: no card and no balance on it.
  public func transaction(_ uuid: String) async throws -> Answer {
    try await store.read { books in
      guard let posted = try EntityID(uuid).flatMap({ try books.transaction($0) }) else {
        throw Rejection.noSuch("Transaction")
      }
      return Answer(posted.answer.json(card: .null))
    }
  }

  /// `GET /federation/`: those the place belongs to.
  public func federations(place: EntityID) async throws -> Answer {
    try await store.read { books in
      Answer(.array(try books.federations(of: place).map { try books.federationAnswer($0).json }))
    }
  }

  /// `GET /card/.../..._retrieve/`: whose wallet it is and where it comes from.
  public func cardOrigin(_ find: @Sendable @escaping (Books) throws -> Books.Card?) async throws -> Answer? {
    try await store.read { books in
      guard let card = try find(books), let origin = try books.place(card.origin) else {
        throw Rejection.noSuch("Card")
      }
      guard let wallet = card.wallet else { return nil }
      return Answer([
        "wallet_uuid": JSON(wallet.text), "is_wallet_ephemere": .bool(card.user == nil),
        "origin": CardAnswer.Origin(place: origin.answer, generation: card.generation).json,
      ])
    }
  }
}
