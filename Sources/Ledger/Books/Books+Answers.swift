import FedowProtocol
import Model

/// Putting together what clients read, from the tables as they are in this transaction.
extension Books {
  func assetAnswer(_ asset: Asset) throws -> AssetAnswer {
    if let answer = memory?.assetAnswers[asset.uuid] { return answer }
    let answer = AssetAnswer(
      uuid: asset.uuid, name: asset.name, currencyCode: asset.currencyCode, category: asset.category,
      origin: try asset.origin.flatMap { try place($0)?.answer }, issuerWallet: asset.issuerWallet,
      createdAt: asset.createdAt, lastUpdate: asset.lastUpdate, federatedWith: try placesFederated(with: asset.uuid))
    memory?.assetAnswers[asset.uuid] = answer
    return answer
  }

  /// A wallet as `reader` may see it: only the balances of assets that it accepts. Nil sees all: the owner.
  func walletAnswer(_ wallet: EntityID, reader: Place?, asOf sequence: Int64? = nil) throws -> WalletAnswer {
    var tokens: [TokenAnswer] = []
    for token in try sequence.map({ try self.tokens(in: wallet, asOf: $0) }) ?? self.tokens(in: wallet) {
      guard let asset = try asset(token.asset) else { continue }
      if let reader, try !accepts(asset, at: reader) { continue }
      tokens.append(try tokenAnswer(token, asset: asset))
    }
    return WalletAnswer(
      uuid: wallet, name: try walletName(wallet), tokens: tokens, hasUserCard: try hasUserCard(wallet))
  }

  private func tokenAnswer(_ token: Token, asset: Asset) throws -> TokenAnswer {
    let last = try token.last?.posted ?? token.lastSequence.flatMap { try transaction(sequence: $0) }
    return TokenAnswer(
      uuid: token.uuid, value: token.balance, asset: try assetAnswer(asset),
      last: try last.map {
        TokenAnswer.Last(
          transaction: $0.answer, senderName: try walletName($0.entry.sender),
          receiverName: try walletName($0.entry.receiver))
      })
  }

  func cardAnswer(_ card: Card, reader: Place?, asOf sequence: Int64? = nil) throws -> CardAnswer {
    guard let wallet = card.wallet, let origin = try originAnswer(card) else {
      throw Refusal(.ledgerBroken, "Card \(card.firstTagID) has no wallet or no origin.")
    }
    return CardAnswer(
      uuid: card.uuid, firstTagID: card.firstTagID, qrcode: card.qrcode, numberPrinted: card.numberPrinted,
      wallet: try walletAnswer(wallet, reader: reader, asOf: sequence),
      origin: origin,
      isEphemeral: card.user == nil, isPrimary: try reader.map { try isPrimary(card: card.uuid, at: $0.uuid) } ?? false)
  }

  private func originAnswer(_ card: Card) throws -> CardAnswer.Origin? {
    let batch = BooksMemory.Batch(place: card.origin, generation: card.generation)
    if let origin = memory?.origins[batch] { return origin }
    let origin = try place(card.origin).map { CardAnswer.Origin(place: $0.answer, generation: card.generation) }
    memory?.origins[batch] = origin
    return origin
  }

  /// A transaction in full, with its card as `reader` may see it.
  ///
  /// - Parameter sequence: the transaction after which the card's balances are meant; nil: now.
  func transactionAnswer(_ posted: Posted, reader: Place?, asOf sequence: Int64? = nil) throws -> JSON {
    guard let id = posted.entry.card, let card = try card(id), card.wallet != nil else {
      return posted.answer.json(card: .null)
    }
    return posted.answer.json(card: try cardAnswer(card, reader: reader, asOf: sequence).json)
  }
}
