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
  /// What it wants besides its sum.
  public let terms: ChargeTerms
  /// When it was asked for.
  public let createdAt: LedgerTime
  /// Where it stands.
  public var state: ChargeState
  /// The 8-digit tag id of the card that was tapped for it last.
  public var card: String?
  /// The id of that tap, which is the debit's id everywhere.
  public var tap: EntityID?
  /// What each card pays of it.
  public var parts: [ChargePart] = []
  /// What was paid by other means than a card, and by which.
  public var otherMeans: OtherMeans?
  /// When it was paid.
  public var paidAt: LedgerTime?
  /// What the charge becomes when everything that it took is given back; nil while nothing is being given back.
  public var ending: Ending?
  /// Why the last card that was presented did not pay, or the charge could not be taken back.
  public var lastRefusal: Refusal?
  /// How the membership of the last card stood, for an entrance.
  public var entrance: EntranceAnswer?
  /// When each step of the tap was done.
  public var spans: ChargeSpans

  /// Money that is none of the ledger's business: cash, a bank card.
  public struct OtherMeans: Hashable, Sendable {
    /// The cashier's word for it.
    public let name: String
    /// How much, in minor units.
    public let amount: Amount
  }

  /// How a charge ends that gives back what it took.
  public enum Ending: String, Hashable, Sendable {
    case cancelled
    case expired
    case voided
    /// One debit of a tap was refused after others of it were made.
    case refused
  }

  /// A charge that waits for a card.
  public init(
    id: EntityID, amount: Amount, description: String?, terms: ChargeTerms = ChargeTerms(), createdAt: LedgerTime
  ) {
    self.id = id
    self.amount = amount
    self.description = description
    self.terms = terms
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
      ("tap", JSON(tap?.text)), ("missing", JSON(missing.minorUnits)),
    ])
    if let refusal = state.refusal ?? lastRefusal {
      for (key, value) in refusal.fields { object[key] = value }
    }
    object["receipt"] = state.receipt?.json ?? nil
    let spans = spans.microseconds.map { ($0.step.rawValue, JSON($0.value)) }
    object["spans_us"] = .object(JSONObject(spans))
    for entry in details.object?.entries ?? [] { object[entry.key.string ?? ""] = entry.value }
    return .object(object)
  }

  /// What the store keeps as JSON beside the columns.
  var details: JSON {
    [
      "terms": terms.json, "parts": .array(parts.map(\.json)), "paid_at": JSON(paidAt?.wire),
      "is_offline": .bool(parts.contains { $0.state == .accepted }), "ending": JSON(ending?.rawValue),
      "other_means": otherMeans.map { ["name": JSON($0.name), "amount": JSON($0.amount.minorUnits)] } ?? nil,
      "entrance": entrance?.json ?? nil,
    ]
  }

  mutating func take(details json: JSON) {
    parts = json["parts"]?.elements?.compactMap { ChargePart($0) } ?? []
    paidAt = json["paid_at"]?.text.flatMap { LedgerTime.parse($0) }
    ending = json["ending"]?.text.flatMap { Ending(rawValue: $0) }
    entrance = EntranceAnswer(json["entrance"])
    if let other = json["other_means"], let name = other["name"]?.text, let amount = other["amount"]?.int64 {
      otherMeans = OtherMeans(name: name, amount: Amount(minorUnits: amount))
    }
  }
}
