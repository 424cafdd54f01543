import FedowProtocol
import Model
import Rules

/// `POST /wallet/linkwallet_...`: a person's card; what lay in its ephemeral wallet goes to the person's, all at once.
public struct LinkCard: LedgerCommand {
  let signer: EntityID
  let body: JSON
  let card: Naming

  /// How the card is named in the request.
  public enum Naming: String, Sendable {
    /// By the number printed on it.
    case number
    /// By its QR code.
    case qrcode
  }

  /// Links the card of this body to the wallet that signed.
  public init(signer: EntityID, body: JSON, card: Naming) {
    self.signer = signer
    self.body = body
    self.card = card
  }

  /// 200 with the card; only to the signer's own wallet. Its place can read that it was, and what moved.
  public func perform(_ ledger: LedgerWriter) throws -> Answer {
    let books = ledger.books
    var fields = try RequestFields(body)
    let wallet = fields.id("wallet")
    let card = try find(&fields, books: books)
    try fields.check()
    // The real server never compares the two, so anyone could link a card into another's wallet (section 8, no. 13).
    guard wallet == signer, let user = try books.user(wallet: signer) else { throw Rejection.forbidden }
    guard let card else { throw Rejection.noSuch("Card") }
    guard !card.isBlocked else { throw Rejection(Refusal(.cardBlocked)) }
    if try books.hasUserCard(signer),
      try books.tokens(in: signer).contains(where: { $0.balance > 0 || $0.reserved > 0 })
    {
      throw Rejection(status: 409, ["detail": "Wallet already has a card and tokens", "code": "already_exists"])
    }
    let moved = try ledger.fuse(card, into: user)
    try ledger.grantLinkDelegation(wallet: signer, card: card)
    try books.note(
      Books.AuditEntry(
        "card_linked", place: card.origin,
        detail: [
          "tag": JSON(card.firstTagID), "wallet": JSON(signer.text), "named_by": JSON(self.card.rawValue),
          "transactions": .array(moved.map { JSON($0.text) }),
        ]), at: ledger.now)
    guard let linked = try books.card(card.uuid) else { throw Refusal(.ledgerBroken) }
    return Answer(try books.cardAnswer(linked, reader: nil).json)
  }

  /// A card that belongs to someone is as good as unknown.
  private func find(_ fields: inout RequestFields, books: Books) throws -> Books.Card? {
    switch card {
    case .number:
      guard let number = fields.text("card_number", atMost: 8) else { return nil }
      if let card = try books.card(numberPrinted: number), card.user == nil { return card }
      fields.refuse("card_number", "L'objet avec number_printed=\(number) n'existe pas.")
    case .qrcode:
      guard let qrcode = fields.id("card_qrcode_uuid") else { return nil }
      if let card = try books.card(qrcode: qrcode), card.user == nil { return card }
      fields.refuse("card_qrcode_uuid", "L'objet avec qrcode_uuid=\(qrcode) n'existe pas.")
    }
    return nil
  }
}

extension LedgerWriter {
  /// Gives a card to a person: what lay in its ephemeral wallet goes to theirs, all at once.
  /// - Returns: the transactions that moved it.
  /// - Throws: `Refusal` with `card_unsettled` while the card owes for what was taken offline, `money_reserved` while some of
  ///   it waits for an answer: it would stay behind.
  @discardableResult
  func fuse(_ card: Books.Card, into user: Books.User) throws -> [EntityID] {
    try books.checkNothingIsOwed(by: card)
    try checkNothingIsReserved(in: card.wallet)
    var moved: [EntityID] = []
    for token in try card.wallet.map({ try books.tokens(in: $0) }) ?? [] where token.balance > 0 {
      guard let ephemeral = card.wallet, let asset = try books.asset(token.asset) else { continue }
      let posted = try post(
        Posting(
          action: .fusion, sender: ephemeral, receiver: user.wallet, terms: asset.terms,
          amount: Amount(minorUnits: token.balance)),
        PostingDetails(card: card.uuid))
      moved.append(posted.entry.id)
    }
    // Also where nothing lay there any more: what the card paid is what its person paid.
    if let ephemeral = card.wallet { try books.join(ephemeral, to: user.wallet) }
    try books.setWallet(user.wallet, user: user.uuid, of: card.uuid)
    try books.removeOffer(of: card.uuid)
    return moved
  }
}

/// `POST /card/lost_my_card_by_signature/`: the owner's card opens nothing any more, for whoever finds it.
public struct LoseCard: LedgerCommand {
  let signer: EntityID
  let body: JSON

  /// Blocks the card of this body when the signer owns it.
  public init(signer: EntityID, body: JSON) {
    self.signer = signer
    self.body = body
  }

  /// 200, and 404 the next time. The money stays in the owner's wallet.
  public func perform(_ ledger: LedgerWriter) throws -> Answer {
    var fields = try RequestFields(body)
    let number = fields.text("number_printed", atMost: 8)
    try fields.check()
    guard let number, let card = try ledger.books.card(numberPrinted: number), card.user != nil,
      card.wallet == signer
    else { throw Rejection.noSuch("Card") }
    try ledger.books.setWallet(nil, user: nil, of: card.uuid)
    try ledger.books.setBlock(
      Books.CardBlock(by: .holder, at: ledger.now, lostFrom: signer), card: card.uuid)
    try ledger.books.note(
      Books.AuditEntry("lost", place: card.origin, detail: ["tag": JSON(card.firstTagID)]), at: ledger.now)
    return Answer(status: 200, "wallet and user detached from card")
  }
}
