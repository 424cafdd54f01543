import FedowProtocol
import Model

/// What one card pays of a charge by one debit: one tap is one, or one an asset where the ledger takes no more at once.
public struct ChargePart: Hashable, Sendable {
  /// Where it stands.
  public enum State: String, Hashable, Sendable {
    /// Durable here, and on its way while the customer waits.
    case sent
    /// Decided without the ledger; it is posted when the ledger is back.
    case accepted
    /// Sent, and no answer.
    case unknown
    /// In the ledger.
    case posted
    /// Not in the ledger, and never will be.
    case refused
    /// Being taken back.
    case voiding
    /// Taken back.
    case voided
  }

  /// The debit's id; the tap's, unless the tap needed several debits.
  public let tap: EntityID
  /// The tap's id.
  public let presentation: EntityID
  /// The 8-digit tag id of the card.
  public let card: String
  /// The card's wallet.
  public let wallet: EntityID
  /// How much, in minor units.
  public let amount: Amount
  /// The asset, where it is one that this place issues and nothing else: with it a ledger that knows no void can give the
  /// debit back.
  public let ownAsset: EntityID?
  /// Where it stands.
  public var state: State
  /// What the ledger posted.
  public var receipt: Receipt?
  /// Why it was refused, or why it could not be taken back.
  public var refusal: Refusal?

  /// A part that was decided.
  public init(
    tap: EntityID, presentation: EntityID? = nil, card: String, wallet: EntityID, amount: Amount,
    ownAsset: EntityID? = nil, state: State
  ) {
    self.tap = tap
    self.presentation = presentation ?? tap
    self.ownAsset = ownAsset
    self.card = card
    self.wallet = wallet
    self.amount = amount
    self.state = state
  }

  /// Whether it takes money from the card, or may.
  public var isLive: Bool { state != .refused && state != .voided }
}

extension ChargePart {
  var json: JSON {
    [
      "tap": JSON(tap.text), "presentation": JSON(presentation.text), "own_asset": JSON(ownAsset?.text),
      "card": JSON(card), "wallet": JSON(wallet.text), "amount": JSON(amount.minorUnits),
      "state": JSON(state.rawValue), "receipt": receipt?.json ?? nil, "code": JSON(refusal?.code.rawValue),
      "sentence": JSON(refusal?.sentence),
    ]
  }

  init?(_ json: JSON) {
    guard let tap = json["tap"]?.text.flatMap({ EntityID($0) }), let card = json["card"]?.text,
      let wallet = json["wallet"]?.text.flatMap({ EntityID($0) }), let amount = json["amount"]?.int64,
      let state = json["state"]?.text.flatMap({ State(rawValue: $0) })
    else { return nil }
    self.init(
      tap: tap, presentation: json["presentation"]?.text.flatMap { EntityID($0) }, card: card, wallet: wallet,
      amount: Amount(minorUnits: amount), ownAsset: json["own_asset"]?.text.flatMap { EntityID($0) }, state: state)
    receipt = json["receipt"].flatMap { Receipt($0) }
    refusal = json["code"]?.text.flatMap { Refusal.Code(rawValue: $0) }.map { Refusal($0, json["sentence"]?.text) }
  }
}
