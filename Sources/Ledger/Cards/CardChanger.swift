import FedowProtocol
import Model
import Rules
import Signing

/// Who asks for a card to be changed, as their signature says.
public enum CardChanger: Hashable, Sendable {
  /// A place, from one of its devices; an operator's card is named in the request.
  case place(EntityID, device: EntityID?)
  /// The owner of this wallet.
  case holder(EntityID)
  /// The ledger's own operator.
  case ledger

  /// Whose ids are told apart: a place's, a wallet's.
  var owner: String {
    switch self {
    case .place(let place, _): place.text
    case .holder(let wallet): wallet.text
    case .ledger: "ledger"
    }
  }
}

/// A request to change a card, after everything about who asks was found to be good.
struct CardRequest {
  let changer: CardChanger
  let body: NativeBody
  /// Its own id; a holder's and the ledger's requests may have none.
  let id: EntityID?
  let operatorTag: String?
  let reason: String?

  /// Who asks, for the rules.
  var actor: CardActor {
    switch changer {
    case .place(let place, _): .place(place)
    case .holder: .holder
    case .ledger: .ledger
    }
  }

  /// The place that asks, as who a sheet is shown to.
  var reader: EntityID? {
    if case .place(let place, _) = changer { place } else { nil }
  }
}

extension LedgerWriter {
  /// Does what a request asks for once: the same id with the same body gets the first answer again.
  ///
  /// The operator's card is looked at here, inside the posting; what is refused is not kept and may be asked again.
  /// - Parameter needsOperator: whether a place must name an operator's card.
  /// - Throws: `Refusal` with `idempotency_conflict`, with why the operator's card may not act, or what `work` throws.
  func once(
    _ what: String, _ changer: CardChanger, _ json: JSON, needsOperator: Bool = true,
    _ work: (CardRequest) throws -> Answer
  ) throws -> Answer {
    let body = try NativeBody(json)
    var owner: EntityID?
    var isPlace = false
    switch changer {
    case .place(let id, _): (owner, isPlace) = (try caller(id).uuid, true)
    case .holder(let wallet): owner = wallet
    case .ledger: break
    }
    let id = isPlace ? try body.requiredID("id") : try body.id("id")
    let content = what + "\n" + json.pythonDump(sortKeys: true)
    if let id, let owner, let seen = try books.reply(ReplyKey(place: owner, key: "card:\(id)")) {
      guard seen.answers(content) else { throw Refusal(.idempotencyConflict) }
      return seen.answer
    }
    let operatorTag = try body.optionalText("operator_card", atMost: 20)
    if isPlace, needsOperator, let owner, let place = try books.place(owner) {
      guard operatorTag != nil else { throw Refusal(.primaryCardInvalid) }
      _ = try operatorCard(tag: operatorTag, at: place)
    }
    let request = CardRequest(
      changer: changer, body: body, id: id, operatorTag: operatorTag,
      reason: try body.optionalText("reason", atMost: 1000))
    let answer = try work(request)
    if let id, let owner {
      try books.keep(answer, content: content, under: ReplyKey(place: owner, key: "card:\(id)"), at: now)
    }
    return answer
  }

  /// The card of a tag, which a holder must own.
  /// - Throws: `Refusal` with `unknown_card`.
  func card(tag: String, for request: CardRequest) throws -> Books.Card {
    guard let card = try books.card(tag: tag) else { throw Refusal(.cardUnknown) }
    guard case .holder(let wallet) = request.changer else { return card }
    let isOwn = card.user != nil && card.wallet == wallet
    guard try isOwn || books.record(of: card.uuid).block?.lostFrom == wallet else { throw Refusal(.cardUnknown) }
    return card
  }

  /// Writes down what was done to a card, where its place and the one that did it can read it.
  func note(_ what: String, _ card: Books.Card, _ request: CardRequest, _ detail: [(String, JSON)] = []) throws {
    var all = JSONObject([
      ("tag", JSON(card.firstTagID)), ("number_printed", JSON(card.numberPrinted)), ("reason", JSON(request.reason)),
      ("by", JSON(request.actor.stored)),
    ])
    for (name, value) in detail { all[name] = value }
    var device: EntityID?
    if case .place(_, let own) = request.changer { device = own }
    for place in Set([request.reader ?? card.origin, card.origin]) {
      try books.note(
        Books.AuditEntry(
          what, place: place, device: device, operatorCard: request.operatorTag, detail: .object(all)), at: now)
    }
  }

  /// The card as it is now, for who asked.
  func sheet(_ card: EntityID, for request: CardRequest) throws -> JSON {
    guard let card = try books.card(card) else { throw Refusal(.ledgerBroken) }
    return try books.sheet(card, reader: request.reader, now: now)
  }
}
