import FedowProtocol
import Model

/// The calls that list transactions and sums.
extension LedgerQueries {
  /// The most transactions in one answer.
  static let listLimit = 10_000

  /// `GET /transaction/paginated_list_by_wallet_signature/`: the owner's own, newest first.
  ///
  /// - Parameter url: the call's address without its query, for the links to the pages beside this one.
  public func ownTransactions(_ wallet: EntityID, page: Int, pageSize: Int, url: String) async throws -> Answer {
    try await store.read { books in
      // Bounded before any arithmetic: the numbers are a stranger's.
      guard (1...1_000_000).contains(page) else { throw Rejection(status: 404, ["detail": "Page non valide."]) }
      let size = min(max(pageSize, 1), 100)
      let list = try books.transactions(of: wallet, offset: (page - 1) * size, limit: size)
      guard page == 1 || !list.page.isEmpty else {
        throw Rejection(status: 404, ["detail": "Page non valide."])
      }
      let mine = try books.wallets(joinedTo: wallet)
      let link = { (page: Int) in JSON("\(url)?page=\(page)&page_size=\(size)") }
      return Answer([
        "count": JSON(list.count),
        "next": Int64(page * size) < list.count ? link(page + 1) : .null,
        "previous": page > 1 ? link(page - 1) : .null,
        "results": .array(try list.page.map { try Self.detailed($0, mine: mine, books: books) }),
      ])
    }
  }

  /// `GET /transaction/`: the newest that the place itself took part in.
  public func transactions(ofPlace place: Books.Place) async throws -> Answer {
    try await store.read { books in
      let list = try books.transactions(of: place.wallet, offset: 0, limit: Self.ownLimit).page
      return Answer(.array(try list.map { try books.transactionAnswer($0, reader: place) }))
    }
  }

  /// The most of a place's own transactions in one answer.
  static let ownLimit = 500

  /// The answer to who wants federated money back and has none; nil when there is some.
  public func nothingToRefund(_ wallet: EntityID) async throws -> Answer? {
    try await store.read { books in
      let assets = try books.assets().filter { $0.category == .federated }
      let held = try assets.contains { try (books.balance(of: $0.uuid, in: wallet) ?? 0) > 0 }
      return held ? nil : Answer(try books.walletAnswer(wallet, reader: nil).json)
    }
  }

  /// A transaction with its asset and parties. The other party's balances are not the reader's to see.
  private static func detailed(_ posted: Books.Posted, mine: Set<EntityID>, books: Books) throws -> JSON {
    var object = try books.transactionAnswer(posted, reader: nil).object ?? JSONObject()
    let party = { (wallet: EntityID) in
      mine.contains(wallet)
        ? try books.walletAnswer(wallet, reader: nil).json
        : WalletAnswer(uuid: wallet, name: try books.walletName(wallet), tokens: [], hasUserCard: false).json
    }
    object["serialized_asset"] = try books.asset(posted.entry.asset).map { try books.assetAnswer($0).json } ?? .null
    object["serialized_sender"] = try party(posted.entry.sender)
    object["serialized_receiver"] = try party(posted.entry.receiver)
    return .object(object)
  }

  /// `POST /transaction/list_by_asset/`: of an asset that is shared with the place.
  public func transactions(_ body: JSON, place: Books.Place) async throws -> Answer {
    try await store.read { books in
      var fields = try RequestFields(body)
      let asset = try fields.reference("asset_uuid") { try books.asset($0) }
      _ = fields.required("start_date")
      let start = fields.time("start_date")
      _ = fields.required("end_date")
      let end = fields.time("end_date")
      try fields.check()
      guard let asset, let start, let end, try books.isShared(asset, with: place) else {
        throw Rejection.noSuch("Asset")
      }
      let list = try books.transactions(of: asset.uuid, from: start, to: end, limit: Self.listLimit)
      return Answer(
        .array(
          try list.map {
            $0.answer.json(
              senderName: try books.walletName($0.entry.sender), receiverName: try books.walletName($0.entry.receiver))
          }))
    }
  }

  /// `GET /asset/{uuid}/total_by_place_with_uuid/`: what each place holds, to a place that the asset is shared with.
  ///
  /// A JSON string of JSON, as clients parse it twice.
  public func totalsByPlace(_ uuid: String, place: Books.Place) async throws -> Answer {
    try await store.read { books in
      guard let asset = try EntityID(uuid).flatMap({ try books.asset($0) }), try books.isShared(asset, with: place)
      else {
        throw Rejection.noSuch("Asset")
      }
      let totals = try books.totals(of: asset.uuid).inPlaces.map { ($0.name, JSON($0.value)) }
      let body: JSON = [
        "total_by_place": .object(JSONObject(totals)), "serialized_asset": try books.assetAnswer(asset).json,
      ]
      return Answer(JSON(body.pythonDump()))
    }
  }

  /// `GET /asset/{uuid}/retrieve_bank_deposits/`: to its issuer.
  public func bankDeposits(_ uuid: String, place: Books.Place) async throws -> Answer {
    try await store.read { books in
      guard let asset = try EntityID(uuid).flatMap({ try books.asset($0) }), asset.issuerWallet == place.wallet else {
        throw Rejection.noSuch("Asset")
      }
      return Answer(.array(try books.bankDeposits(of: asset.uuid).map { $0.answer.json(card: .null) }))
    }
  }
}
