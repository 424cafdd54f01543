import FedowProtocol
import Model
import Rules

/// `POST /v1/debits/`: what a kiosk's tap pays, over one or several assets, all or nothing, known by the tap's id.
///
/// The first decision about an id is the only one: it is kept, a refusal too, and given again to every repetition. So a
/// request that was delayed on its way can never post what a kiosk was already told is refused.
public struct PostDebit: LedgerCommand {
  let place: EntityID
  let device: EntityID?
  let debit: DebitRequest

  /// How far back a debit may have been decided offline, in seconds.
  public static let longestOffline: Int64 = 7 * 86_400
  /// How far ahead of the ledger's a kiosk's clock may be, in seconds.
  public static let clockTolerance: Int64 = 300

  /// Debits the card in favour of this place.
  public init(place: EntityID, device: EntityID? = nil, debit: DebitRequest) {
    self.place = place
    self.device = device
    self.debit = debit
  }

  /// 201 with the transactions and the balances before and after, or the refusal; 200 when it was posted before.
  /// - Throws: `Refusal` with `idempotency_conflict` or `clock_wrong`, which are not kept.
  public func perform(_ ledger: LedgerWriter) throws -> Answer {
    let place = try ledger.caller(place)
    if let seen = try ledger.books.debit(debit.id, of: place.uuid) {
      guard seen.answers(debit.content) else { throw Refusal(.idempotencyConflict) }
      return seen.state == .refused ? seen.answer : Answer(status: 200, body: seen.answer.body)
    }
    guard debit.device == nil || debit.device == device else {
      throw Refusal(.requestMalformed, "device is not the one whose key has signed.")
    }
    let decidedAt = debit.isOffline ? debit.decidedAt ?? ledger.now : ledger.now
    guard decidedAt <= ledger.now.adding(seconds: Self.clockTolerance) else { throw Refusal(.clockWrong) }
    let posting: DebitPosting
    do {
      guard ledger.now <= decidedAt.adding(seconds: Self.longestOffline) else { throw Refusal(.debitTooOld) }
      posting = try DebitPosting(debit, at: place, decidedAt: decidedAt, isSettlement: false, ledger: ledger)
    } catch let refusal as Refusal where refusal.code.isDecision {
      return try keep(refusal, place: place, decidedAt: decidedAt, ledger: ledger)
    }
    let posted = try posting.post(ledger)
    try ledger.books.insert(row(.posted, of: posted, decidedAt: decidedAt, at: ledger.now), of: place.uuid)
    return posted.answer
  }

  private func row(
    _ state: Books.Debit.State, of posting: DebitPosting.Posted, decidedAt: LedgerTime, at now: LedgerTime,
    code: Refusal.Code? = nil, settlement: Books.Debit.Settlement? = nil
  ) -> Books.Debit {
    Books.Debit(
      id: debit.id, device: device, content: debit.content, state: state, tag: debit.card, card: posting.card,
      wallet: posting.wallet, amount: debit.total, code: code?.rawValue, answer: posting.answer,
      request: settlement == nil ? nil : debit.text, isOffline: debit.isOffline, decidedAt: decidedAt, createdAt: now,
      delegation: posting.authority?.delegation, delegationDay: posting.authority?.day,
      cardDay: posting.authority?.cardDay, settlement: settlement,
      voidID: nil, voidBody: nil)
  }

  /// Keeps a refusal; one of a debit that was decided offline, whose goods are gone, marks the card until it is settled.
  private func keep(
    _ refusal: Refusal, place: Books.Place, decidedAt: LedgerTime, ledger: LedgerWriter
  ) throws -> Answer {
    let card = try ledger.books.card(tag: debit.card)
    var answer = Rejection(refusal).answer
    if let entrance = debit.entrance {
      // Since when a membership has expired is what a person at a door wants to know.
      var object = try JSON.parse(answer.body).object ?? JSONObject()
      object["entrance"] = try EntranceDecision.refused(
        entrance, wallet: card.flatMap { $0.isBlocked ? nil : $0.wallet }, at: decidedAt, ledger.books)
      answer = Answer(status: answer.status, .object(object))
    }
    let refused = DebitPosting.Posted(card: card?.uuid, wallet: card?.wallet, answer: answer, authority: nil)
    // Of an entrance that cost nothing, nothing is left to be settled.
    let settlement: Books.Debit.Settlement? = debit.isOffline && debit.total > 0 ? .open : nil
    try ledger.books.insert(
      row(.refused, of: refused, decidedAt: decidedAt, at: ledger.now, code: refusal.code, settlement: settlement),
      of: place.uuid)
    if settlement != nil, let card { try ledger.books.addUnsettled(1, card: card.uuid) }
    return answer
  }
}

extension Refusal.Code {
  /// Whether this is the ledger's word about a debit, and not about the request around it or the machine under it.
  var isDecision: Bool { httpStatus < 500 }
}

/// A debit that the ledger has decided to post: everything that can be refused was looked at, and nothing written.
struct DebitPosting {
  let debit: DebitRequest
  let place: Books.Place
  private let card: Books.Card
  private let wallet: EntityID
  private let operatorCard: EntityID?
  /// Nil where nothing is taken.
  private let authority: Authority?
  private let entrance: EntranceDecision?
  private let parts: [Part]

  private struct Part {
    let posting: Posting
    let asset: Books.Asset
    /// What the wallet held, in minor units.
    let before: Int64
  }

  /// What was posted, or refused.
  struct Posted {
    let card: EntityID?
    let wallet: EntityID?
    let answer: Answer
    let authority: Authority?
  }

  /// Decides; writes nothing.
  /// - Parameter isSettlement: whether it is posted later on purpose: the card is marked because of it.
  /// - Throws: `Refusal` with the ledger's decision.
  init(
    _ debit: DebitRequest, at place: Books.Place, decidedAt: LedgerTime, isSettlement: Bool, ledger: LedgerWriter
  ) throws {
    let books = ledger.books
    guard let card = try books.card(tag: debit.card) else { throw Refusal(.cardUnknown) }
    guard !card.isBlocked else { throw card.blockedRefusal }
    guard card.unsettled == 0 || isSettlement else { throw Refusal(.cardUnsettled) }
    operatorCard = try ledger.operatorCard(tag: debit.primaryCard, at: place)
    let assets = try debit.parts.map { try Self.asset($0, at: place, ledger: ledger) }
    entrance = try debit.entrance.map {
      try EntranceDecision(
        $0, wallet: card.wallet, at: place, decidedAt: decidedAt, isOffline: debit.isOffline, ledger: ledger)
    }
    // A card that was never read has no wallet yet, and so no money.
    guard let wallet = card.wallet else { throw Refusal(.insufficientFunds) }
    authority =
      debit.parts.isEmpty
      ? nil
      : try ledger.authority(
        over: Debiting(
          card: card, wallet: wallet, place: place, assets: assets.map(\.uuid), amount: debit.total, at: decidedAt,
          delegation: debit.delegation, isSettlement: isSettlement))
    parts = try zip(debit.parts, assets).map { part, asset in
      let sale = Posting(
        action: .sale, sender: wallet, receiver: place.wallet, terms: asset.terms, amount: part.amount)
      for movement in try PostingRules.movements(of: sale) {
        _ = try PostingRules.balance(
          after: movement, from: try books.balance(of: asset.uuid, in: movement.wallet) ?? 0)
      }
      return Part(posting: sale, asset: asset, before: try books.balance(of: asset.uuid, in: wallet) ?? 0)
    }
    self.debit = debit
    self.place = place
    self.card = card
    self.wallet = wallet
  }

  /// Posts every part and counts the whole.
  func post(_ ledger: LedgerWriter) throws -> Posted {
    let details = PostingDetails(
      card: card.uuid, primaryCard: operatorCard, comment: debit.comment, metadata: debit.metadataWithID,
      authority: authority)
    let transactions = try parts.map { try ledger.post($0.posting, details).receiptLine(asset: $0.asset) }
    if let authority { try ledger.count(authority) }
    let entered = try entrance?.post(debit: debit.id, details, ledger)
    let balances = parts.map {
      $0.asset.balanceLine(before: $0.before, after: $0.before - $0.posting.amount.minorUnits)
    }
    var receipt = JSONObject([
      ("id", JSON(debit.id.text)), ("state", JSON(Books.Debit.State.posted.rawValue)), ("card", JSON(card.firstTagID)),
      ("transactions", .array(transactions)), ("balances", .array(balances)),
      ("delegation", JSON(authority?.delegation.text)),
    ])
    if let entered { receipt["entrance"] = entered }
    return Posted(
      card: card.uuid, wallet: wallet, answer: Answer(status: 201, .object(receipt)), authority: authority)
  }

  private static func asset(
    _ part: DebitRequest.Part, at place: Books.Place, ledger: LedgerWriter
  ) throws -> Books.Asset {
    guard let asset = try ledger.books.asset(part.asset), try ledger.books.accepts(asset, at: place),
      ![.badge, .membership].contains(asset.category)
    else { throw Refusal(.assetNotAccepted) }
    try ledger.checkRoom(for: asset, at: place, amount: part.amount.minorUnits)
    return asset
  }
}

extension Books.Posted {
  /// A transaction in a receipt.
  func receiptLine(asset: Books.Asset) -> JSON {
    [
      "uuid": JSON(entry.id.text), "hash": JSON(hash), "asset": JSON(asset.uuid.text), "asset_name": JSON(asset.name),
      "amount": JSON(entry.amount), "datetime": JSON(entry.datetime.wire),
    ]
  }
}

extension Books.Asset {
  /// A balance in a receipt, in minor units.
  func balanceLine(before: Int64, after: Int64) -> JSON {
    [
      "asset": JSON(uuid.text), "name": JSON(name), "category": JSON(category.rawValue), "before": JSON(before),
      "after": JSON(after),
    ]
  }
}
