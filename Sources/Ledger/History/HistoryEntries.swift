import FedowProtocol
import Model

extension Books {
  /// So many transactions are looked at for one page, shown or not.
  private static let historyReach = 20_000

  /// A page of the history of a wallet and of those joined to it, newest first, as a place may see it; nil sees all.
  func history(of wallet: EntityID, request: HistoryRequest, reader place: Place?) throws -> Answer {
    var walk = try HistoryWalk(wallets: try wallets(joinedTo: wallet), request: request, books: self)
    var reader = try HistoryReader(place: place, wallet: wallet, books: self)
    var entries: [JSON] = []
    var (last, looked): (Int64?, Int) = (nil, 0)
    while let step = try walk.next() {
      guard entries.count < request.limit, looked < Self.historyReach else {
        return Answer(["entries": .array(entries), "next": last.map { JSON($0) } ?? .null])
      }
      looked += 1
      last = step.sequence
      guard let posted = try transaction(sequence: step.sequence), let asset = try asset(step.asset) else {
        throw Refusal(.ledgerBroken, "Transaction \(step.sequence) of a history is missing.")
      }
      let party = try self.place(of: posted, seenFrom: step.wallet)
      guard try reader.mayRead(posted, in: asset, party: party) else { continue }
      entries.append(try entry(step, posted, asset: asset, party: party, reader: place))
    }
    return Answer(["entries": .array(entries), "next": .null])
  }

  /// Where it was: the other party when that is a place, else the wallet's own.
  private func place(of posted: Posted, seenFrom wallet: EntityID) throws -> Place? {
    let (sender, receiver) = (posted.entry.sender, posted.entry.receiver)
    let other = sender == wallet ? receiver : sender
    return try place(wallet: other) ?? place(wallet: wallet)
  }

  private func entry(
    _ step: HistoryWalk.Step, _ posted: Posted, asset: Asset, party: Place?, reader: Place?
  ) throws -> JSON {
    let what = try what(posted)
    // Whom a person gives to is no place's to know, and what they wrote to each other is not in the chain at all.
    let other = posted.entry.sender == step.wallet ? posted.entry.receiver : posted.entry.sender
    let person = what == .given && reader == nil ? try walletName(other) : nil
    let tap = try tap(of: posted, at: party)
    return [
      "sequence": JSON(step.sequence), "uuid": JSON(posted.entry.id.text), "datetime": JSON(posted.entry.datetime.wire),
      "action": JSON(posted.entry.action.rawValue), "what": JSON(what.rawValue), "party": JSON(person),
      "card": JSON(try posted.entry.card.flatMap { try card($0) }?.numberPrinted), "place": JSON(party?.name),
      "device": JSON(tap?.device), "asset": JSON(asset.uuid.text), "asset_name": JSON(asset.name),
      "category": JSON(asset.category.rawValue), "amount": JSON(step.moved), "balance": JSON(step.balance),
      "hash": JSON(posted.hash), "comment": JSON(posted.entry.comment), "debit": JSON(tap?.id.text),
    ]
  }

  /// The tap that a transaction belongs to, and the name of its device.
  ///
  /// The tap's id stands in the metadata, where an older till could have written one too: the debit must know of it.
  private func tap(of posted: Posted, at place: Place?) throws -> (id: EntityID, device: String?)? {
    guard let place, let id = posted.entry.metadata["debit_id"]?.text.flatMap({ EntityID($0) }),
      let row = try row(
        "SELECT device, body, void_body FROM debits WHERE place = ? AND id = ?", [place.uuid.text, id.text])
    else { return nil }
    let (body, void): (String, String?) = (row["body"], row["void_body"])
    guard body.contains(posted.entry.id.text) || void?.contains(posted.entry.id.text) ?? false else { return nil }
    return (id, try row.optionalID("device").flatMap { try device($0, of: place.uuid)?.name })
  }
}

extension LedgerQueries {
  /// `GET /v1/cards/{tag}/history/`: of the wallet that the card opens, whichever card was used.
  /// - Throws: `Refusal` with `unknown_card`.
  public func history(tag: String, request: HistoryRequest, place: Books.Place) async throws -> Answer {
    try await store.read { books in
      guard let card = try books.card(tag: tag) else { throw Refusal(.cardUnknown) }
      guard let wallet = card.wallet else { return Answer(["entries": [], "next": .null]) }
      return try books.history(of: wallet, request: request, reader: place)
    }
  }

  /// `GET /v1/wallets/{uuid}/history/`.
  /// - Throws: `Refusal` with `not_found`.
  public func history(wallet: EntityID, request: HistoryRequest, place: Books.Place) async throws -> Answer {
    try await store.read { books in
      guard try books.walletExists(wallet) else { throw Refusal(.notFound) }
      return try books.history(of: wallet, request: request, reader: place)
    }
  }
}

extension Administration {
  /// A page of the history of a card, named by its tag id, the number printed on it or its QR code's uuid.
  /// - Throws: `Refusal` with `unknown_card`.
  public func history(card text: String, request: HistoryRequest) async throws -> JSON {
    try await store.read { books in
      let found =
        try books.card(tag: text.uppercased()) ?? books.card(numberPrinted: text)
        ?? EntityID(text).flatMap { try books.card(qrcode: $0) }
      guard let card = found else { throw Refusal(.cardUnknown) }
      guard let wallet = card.wallet else { return ["entries": [], "next": .null] }
      return try JSON.parse(try books.history(of: wallet, request: request, reader: nil).body)
    }
  }
}
