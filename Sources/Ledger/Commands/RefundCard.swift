import FedowProtocol
import Model
import Rules

/// `POST /card/refund/`: empties a card of what this place pays back in cash, all at once; a void also frees the card.
public struct RefundCard: LedgerCommand {
  let place: EntityID
  let body: JSON

  /// Refunds or voids the card of this body at this place.
  public init(place: EntityID, body: JSON) {
    self.place = place
    self.body = body
  }

  /// 205 with the card after, its wallet before, and the transactions.
  public func perform(_ ledger: LedgerWriter) throws -> Answer {
    let place = try ledger.caller(place)
    let books = ledger.books
    var fields = try RequestFields(body)
    let known = try fields.card("user_card_firstTagId", in: books)
    let primary = try fields.card("primary_card_fisrtTagId", in: books)
    let word = fields.text("action", atMost: 3)
    let action = word.flatMap { TransactionAction(rawValue: $0) }
    if word != nil, action != .refund, action != .void {
      fields.refuse("action", "Action must be REFUND or VOID")
    }
    try fields.check()
    guard let known else { throw Rejection("User card is required for void or refund") }
    guard let primary, try ledger.isOperator(primary, at: place) else {
      throw Rejection("Primary card must be in place primary cards")
    }
    guard !known.isBlocked else { throw Rejection(Refusal(.cardBlocked)) }
    try books.checkNothingIsOwed(by: known)
    let (card, wallet) = try ledger.open(known)
    let before = try books.walletAnswer(wallet, reader: place).json
    let details = PostingDetails(card: card.uuid, primaryCard: primary.uuid)
    // The recorded behaviour of this call, which no policy changes: the place's own money and gifts, and the federated
    // money, which it pays out in cash and gets back later.
    let plan = try books.refundPlan(of: wallet, at: place, paying: RefundRules.ofFedow)
    let posted = try ledger.post(plan.postings(from: wallet, at: place), details)
    // Shown as they were posted, before a void gives the card a new wallet.
    let transactions = try posted.map { try books.transactionAnswer($0, reader: place) }
    if action == .void { try ledger.free(card, at: place) }
    try books.note(
      Books.AuditEntry(
        action == .void ? "emptied_and_freed" : "refunded", place: place.uuid, operatorCard: primary.firstTagID,
        detail: [
          "card": JSON(card.firstTagID), "transactions": .array(posted.map { JSON($0.entry.id.text) }),
        ]), at: ledger.now)
    guard let after = try books.card(card.uuid) else { throw Refusal(.ledgerBroken) }
    return Answer(
      status: 205,
      [
        "serialized_card": try books.cardAnswer(after, reader: place).json,
        "before_refund_serialized_wallet": before,
        "serialized_transactions": .array(transactions),
      ])
  }
}
