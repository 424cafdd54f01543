import FedowProtocol
import Model
import Rules

/// `POST /transaction/`: the tills' one call for refill, sale, membership and badge; the action is inferred.
public struct PostTransaction: LedgerCommand {
  let place: EntityID
  let body: JSON

  /// Posts what this body asks for, for this place.
  public init(place: EntityID, body: JSON) {
    self.place = place
    self.body = body
  }

  /// What a request says, once every field was found to be good.
  private struct Request {
    let place: Books.Place
    let amount: Amount
    let sender: EntityID
    let receiver: EntityID
    let asset: Books.Asset
    let userCard: Books.Card?
    let primaryCard: Books.Card?
    let details: PostingDetails
  }

  /// 201 with the transaction and the card as it is afterwards.
  public func perform(_ ledger: LedgerWriter) throws -> Answer {
    let request = try read(ledger)
    let postings: [Posting]
    var details = request.details
    switch try action(of: request) {
    case .refill: postings = try refill(request)
    case .sale:
      postings = [try sale(request, ledger: ledger)]
      details.authority = try authority(request, ledger: ledger)
    case .membership: postings = [try membership(request, ledger: ledger)]
    case let other: postings = [try badge(request, as: other)]
    }
    do {
      let posted = try ledger.post(postings, details)
      guard let last = posted.last else { throw Refusal(.requestMalformed) }
      if let authority = details.authority { try ledger.count(authority) }
      if last.entry.action == .refill { try noteRefill(last, request, ledger: ledger) }
      var answer = Answer(
        status: 201, try ledger.books.transactionAnswer(last, reader: request.place),
        receipt: Answer.Receipt(sequence: last.sequence, reader: request.place.uuid))
      if last.entry.action == .membership, let domain = request.place.lespassDomain {
        answer.notice = Notice(domain: domain, membership: last.entry.id)
      }
      return answer
    } catch let refusal as Refusal where refusal.code == .insufficientFunds {
      throw Rejection("Not enough token on sender wallet")
    }
  }

  private func noteRefill(_ posted: Books.Posted, _ request: Request, ledger: LedgerWriter) throws {
    try ledger.books.noteMeans(of: posted, at: request.place.uuid)
    try ledger.books.note(
      Books.AuditEntry(
        "refilled", place: request.place.uuid, operatorCard: request.primaryCard?.firstTagID,
        detail: [
          "transaction": JSON(posted.entry.id.text), "card": JSON(request.userCard?.firstTagID),
          "asset": JSON(posted.entry.asset.text), "amount": JSON(posted.entry.amount),
        ]), at: ledger.now)
  }

  private func read(_ ledger: LedgerWriter) throws -> Request {
    let place = try ledger.caller(place)
    let books = ledger.books
    let findWallet = { (id: EntityID) in try books.walletExists(id) ? id : nil }
    var fields = try RequestFields(body)
    let amount = fields.amount("amount")
    let sender = try fields.reference("sender", findWallet)
    let receiver = try fields.reference("receiver", findWallet)
    let asset = try fields.reference("asset") { try books.asset($0) }
    let userCard = try fields.card("user_card_firstTagId", in: books)
    let userCardByID = try fields.reference("user_card_uuid", isRequired: false) { try books.card($0) }
    let primaryCard = try fields.card("primary_card_fisrtTagId", in: books)
    if let primaryCard, try !ledger.isOperator(primaryCard, at: place) {
      fields.refuse("primary_card_fisrtTagId", "Carte primaire non valide")
    }
    let comment = fields.text("comment", atMost: 1000, isRequired: false)
    let start = fields.time("subscription_start_datetime")
    try fields.check()
    guard let amount, let sender, let receiver, let asset else { throw Refusal(.requestMalformed) }
    let card = userCard ?? userCardByID
    return Request(
      place: place, amount: amount, sender: sender, receiver: receiver, asset: asset, userCard: card,
      primaryCard: primaryCard,
      details: PostingDetails(
        card: card?.uuid, primaryCard: primaryCard?.uuid, comment: comment, metadata: body["metadata"] ?? .null,
        subscriptionStart: start))
  }

  private func action(of request: Request) throws -> TransactionAction {
    if request.sender == request.place.wallet {
      switch request.asset.category {
      case .membership: return .membership
      case .badge: return .badge
      default: return .refill
      }
    }
    guard request.receiver == request.place.wallet, ![.membership, .badge].contains(request.asset.category) else {
      throw Rejection("No action authorized")
    }
    return .sale
  }

  private func refill(_ request: Request) throws -> [Posting] {
    guard request.receiver != request.sender else {
      throw Rejection("no longuer implemented for REFILL. Send user wallet instead")
    }
    guard let card = request.userCard, request.primaryCard != nil else {
      throw Rejection("Primary card and user card are required for refill transaction")
    }
    try check(card, opens: request.receiver)
    guard !request.asset.isArchived, request.asset.issuerWallet == request.place.wallet else {
      throw Rejection("Only the place of origin can refill this asset")
    }
    return try PostingRules.refill(
      terms: request.asset.terms, from: request.place.wallet, to: request.receiver, amount: request.amount)
  }

  private func sale(_ request: Request, ledger: LedgerWriter) throws -> Posting {
    guard let card = request.userCard else { throw Rejection("User card is required for sale transaction") }
    guard request.primaryCard != nil else { throw Rejection("Primary card is required for sale transaction") }
    guard try ledger.books.accepts(request.asset, at: request.place) else { throw Rejection("Asset not accepted") }
    try check(card, opens: request.sender)
    guard try ledger.books.balance(of: request.asset.uuid, in: request.sender) != nil else {
      throw Rejection("Sender token does not exist")
    }
    do {
      try ledger.checkRoom(for: request.asset, at: request.place, amount: request.amount.minorUnits)
    } catch let refusal as Refusal where refusal.code == .overCeiling {
      throw Rejection.readByTills(refusal)
    }
    return posting(.sale, request)
  }

  /// A signed sale is a debit under what the card's holder delegated, like a kiosk's.
  private func authority(_ request: Request, ledger: LedgerWriter) throws -> Authority {
    guard let card = request.userCard else { throw Rejection("User card is required for sale transaction") }
    do {
      guard card.unsettled == 0 else { throw Refusal(.cardUnsettled) }
      return try ledger.authority(
        over: Debiting(
          card: card, wallet: request.sender, place: request.place, assets: [request.asset.uuid],
          amount: request.amount.minorUnits, at: ledger.now, delegation: nil))
    } catch let refusal as Refusal where refusal.code.httpStatus == 403 {
      throw Rejection.readByTills(refusal)
    }
  }

  private func membership(_ request: Request, ledger: LedgerWriter) throws -> Posting {
    guard try ledger.books.accepts(request.asset, at: request.place) else { throw Rejection("Asset not accepted") }
    if let card = request.userCard { try check(card, opens: request.receiver) }
    return posting(.membership, request)
  }

  private func badge(_ request: Request, as action: TransactionAction) throws -> Posting {
    guard request.asset.issuerWallet == request.place.wallet else { throw Rejection("Asset not accepted") }
    if let card = request.userCard { try checkIsNotBlocked(card) }
    return posting(action, request)
  }

  private func posting(_ action: TransactionAction, _ request: Request) -> Posting {
    Posting(
      action: action, sender: request.sender, receiver: request.receiver, terms: request.asset.terms,
      amount: request.amount)
  }

  /// The wallet named in the request must be the one the card opens, and the card must open one.
  private func check(_ card: Books.Card, opens wallet: EntityID) throws {
    try checkIsNotBlocked(card)
    guard card.wallet == wallet else {
      throw Rejection(
        status: 400, ["non_field_errors": ["The card does not open this wallet"], "code": "card_wallet_mismatch"])
    }
  }

  private func checkIsNotBlocked(_ card: Books.Card) throws {
    guard !card.isBlocked else { throw Rejection.cardBlocked }
  }
}
