import FedowProtocol
import Model

/// Something that an operator does to cards: what is asked of the ledger, without the id and the operator's card.
public struct CardAct: Sendable {
  /// What it is called in the audit trail: `card_lost`, `card_refunded`, ...
  public let what: String
  /// The ledger's path.
  public let path: String
  /// The fields of its body.
  public let fields: [(String, JSON)]
  /// The card's printed number, or what else names the subject to a person; never a UID.
  public let subject: String?
  /// What else the audit trail keeps.
  public let detail: String?
  /// Whether it may be done twice, and what counts is that it is so now: a card is blocked, or pays.
  public let isRepeatable: Bool

  /// An act.
  public init(
    _ what: String, path: String, fields: [(String, JSON)] = [], subject: String? = nil, detail: String? = nil,
    isRepeatable: Bool = false
  ) {
    self.what = what
    self.path = path
    self.fields = fields
    self.subject = subject
    self.detail = detail
    self.isRepeatable = isRepeatable
  }

  /// What makes two of them the same request: a repetition of an unanswered one goes under the first one's id.
  var identity: String { path + " " + JSON.object(JSONObject(fields)).compact }

  /// Whether an answer is about what was asked under this id, and not one to another question that something in between
  /// gave: it names the card, or what the path names, or the id; new cards are told as a list.
  func isAnswered(by answer: JSON, id: EntityID) -> Bool {
    let subject = path.split(separator: "/").dropFirst(2).first.map { String($0) }
    guard subject != "enroll" else { return answer["cards"]?.elements != nil }
    return answer["tag"]?.text == subject || [subject, id.text].contains(answer["id"]?.text)
  }

  /// The whole body.
  func body(id: EntityID, operatorCard: String) -> JSON {
    .object(JSONObject([("id", JSON(id.text)), ("operator_card", JSON(operatorCard))] + fields))
  }
}
