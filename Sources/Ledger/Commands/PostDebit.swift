import FedowProtocol
import Model
import Rules

/// `POST /v1/debits/`: what a kiosk's tap pays, over one or several assets, all or nothing, known by the tap's id.
public struct PostDebit: LedgerCommand {
  let place: EntityID
  let debit: DebitRequest

  /// Debits the card in favour of this place.
  public init(place: EntityID, debit: DebitRequest) {
    self.place = place
    self.debit = debit
  }

  /// How a repetition of this debit is known: its id, whatever the signature.
  public var replayGuard: ReplayGuard {
    ReplayGuard(place: place, key: Self.key(of: debit.id), content: debit.content, statusWhenRepeated: 200)
  }

  static func key(of id: EntityID) -> String { "debit:\(id)" }

  /// The answer that a debit got, for a kiosk that never heard it.
  /// - Throws: `Rejection` 404 when no such debit was ever committed for this place.
  public static func answer(id: EntityID, place: EntityID, in books: Books) throws -> Answer {
    guard let reply = try books.reply(place: place, key: key(of: id)) else {
      throw Rejection(Refusal(.notFound, "No debit of this id was made for this place."))
    }
    return Answer(status: 200, body: reply.answer.body)
  }

  /// 201 with the transactions and the balances before and after.
  public func perform(_ ledger: LedgerWriter) throws -> Answer {
    let place = try ledger.caller(place)
    guard let known = try ledger.books.card(tag: debit.card) else { throw Refusal(.cardUnknown) }
    guard !known.isBlocked else { throw Refusal(.cardBlocked) }
    let (card, wallet) = try ledger.open(known)
    let details = PostingDetails(
      card: card.uuid, primaryCard: try primaryCard(at: place, ledger: ledger), comment: debit.comment,
      metadata: debit.metadataWithID)
    var transactions: [JSON] = []
    var balances: [JSON] = []
    for part in debit.parts {
      guard let asset = try ledger.books.asset(part.asset), try ledger.books.accepts(asset, at: place),
        ![.badge, .membership].contains(asset.category)
      else { throw Refusal(.assetNotAccepted) }
      let before = try ledger.books.balance(of: asset.uuid, in: wallet) ?? 0
      let sale = Posting(
        action: .sale, sender: wallet, receiver: place.wallet, terms: asset.terms, amount: part.amount)
      let posted = try ledger.post(sale, details)
      transactions.append([
        "uuid": JSON(posted.entry.id.text), "hash": JSON(posted.hash), "asset": JSON(asset.uuid.text),
        "asset_name": JSON(asset.name), "amount": JSON(part.amount.minorUnits),
        "datetime": JSON(posted.entry.datetime.wire),
      ])
      balances.append([
        "asset": JSON(asset.uuid.text), "name": JSON(asset.name), "category": JSON(asset.category.rawValue),
        "before": JSON(before), "after": JSON(before - part.amount.minorUnits),
      ])
    }
    return Answer(
      status: 201,
      [
        "id": JSON(debit.id.text), "card": JSON(card.firstTagID), "transactions": .array(transactions),
        "balances": .array(balances),
      ])
  }

  private func primaryCard(at place: Books.Place, ledger: LedgerWriter) throws -> EntityID? {
    guard let tag = debit.primaryCard else { return nil }
    guard let card = try ledger.books.card(tag: tag), try ledger.books.isPrimary(card: card.uuid, at: place.uuid)
    else { throw Refusal(.cardUnknown, "The operator's card is not a primary card of this place.") }
    return card.uuid
  }
}
