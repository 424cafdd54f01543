import FedowProtocol
import Model

/// `POST /v1/primary-cards/{tag}/`: locks an operator's card, for instance between two events, or gives it an end.
public struct ChangeOperatorCard: LedgerCommand {
  let place: EntityID
  let device: EntityID?
  let tag: String
  let body: JSON

  /// Changes a card of this place.
  public init(place: EntityID, device: EntityID?, tag: String, body: JSON) {
    self.place = place
    self.device = device
    self.tag = tag
    self.body = body
  }

  /// 200 with the card as it is then.
  public func perform(_ ledger: LedgerWriter) throws -> Answer {
    let place = try ledger.caller(place)
    let body = try NativeBody(body)
    let isLocked = try body.flag("locked")
    let until = try body.time("until")
    let change = OperatorCardChange(
      isLocked: isLocked, until: body.json["until"] == nil ? nil : .some(until))
    return Answer(try ledger.change(operatorCard: tag, at: place, change, device: device))
  }
}

/// What is changed of an operator's card; nil leaves it as it is.
public struct OperatorCardChange: Hashable, Sendable {
  /// Whether it rests.
  public var isLocked: Bool?
  /// When it ends; `.some(nil)`: never.
  public var until: LedgerTime??

  /// A change.
  public init(isLocked: Bool? = nil, until: LedgerTime?? = nil) {
    self.isLocked = isLocked
    self.until = until
  }
}

extension LedgerWriter {
  /// Changes an operator's card and writes down who did.
  /// - Throws: `Refusal` with `unknown_card` or `primary_card_invalid`.
  func change(
    operatorCard tag: String, at place: Books.Place, _ change: OperatorCardChange, device: EntityID?
  ) throws -> JSON {
    guard let card = try books.card(tag: tag) else { throw Refusal(.cardUnknown) }
    guard let old = try books.operatorLink(card: card.uuid, at: place.uuid) else { throw Refusal(.primaryCardInvalid) }
    let new = Books.OperatorLink(until: change.until ?? old.until, isLocked: change.isLocked ?? old.isLocked)
    let answer: JSON = [
      "tag": JSON(card.firstTagID), "locked": .bool(new.isLocked), "until": JSON(new.until?.wire),
    ]
    guard new != old else { return answer }
    try books.setOperatorLink(new, card: card.uuid, at: place.uuid)
    let what = new.isLocked == old.isLocked ? "operator_card_until" : new.isLocked ? "locked" : "unlocked"
    try books.note(Books.AuditEntry(what, place: place.uuid, device: device, detail: answer), at: now)
    return answer
  }
}
