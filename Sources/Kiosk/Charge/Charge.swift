import FedowProtocol
import Model

/// A sum that a cashier asks for, and what became of it.
public struct Charge: Hashable, Sendable {
  /// Its id on the local API.
  public let id: EntityID
  /// How much, in minor units.
  public let amount: Amount
  /// What for, when the cashier said.
  public let description: String?
  /// When it was asked for.
  public let createdAt: LedgerTime
  /// Where it stands.
  public var state: ChargeState
  /// The 8-digit tag id of the card that was tapped for it.
  public var card: String?
  /// The id of that tap, which is the debit's id everywhere.
  public var tap: EntityID?
  /// When each step of the tap was done.
  public var spans: ChargeSpans

  /// A charge that waits for a card.
  public init(id: EntityID, amount: Amount, description: String?, createdAt: LedgerTime) {
    self.id = id
    self.amount = amount
    self.description = description
    self.createdAt = createdAt
    state = .waiting
    spans = ChargeSpans()
  }
}

extension Charge {
  /// As the local API and its events show it.
  public var json: JSON {
    var object = JSONObject([
      ("id", JSON(id.text)), ("amount", JSON(amount.minorUnits)), ("description", JSON(description)),
      ("state", JSON(state.word)), ("created_at", JSON(createdAt.wire)), ("card", JSON(card)),
      ("tap", JSON(tap?.text)),
    ])
    if let refusal = state.refusal {
      object["code"] = JSON(refusal.code.rawValue)
      object["sentence"] = JSON(refusal.sentence)
      object["sentence_fr"] = JSON(refusal.code.sentenceInFrench)
    }
    object["receipt"] = state.receipt?.json ?? nil
    let spans = spans.microseconds.map { ($0.step.rawValue, JSON($0.value)) }
    object["spans_us"] = .object(JSONObject(spans))
    return .object(object)
  }
}
