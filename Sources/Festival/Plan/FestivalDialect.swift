import FedowProtocol
import Model

/// Which calls a till of the festival uses.
public enum FestivalDialect: String, CaseIterable, Sendable {
  /// `ledgerd`'s own debits, known again by their id.
  case native
  /// The Fedow protocol's calls alone, for a server that knows no repetition.
  case fedow

  /// Whether the same bytes may be sent again when no answer came.
  var isRepeatable: Bool { self == .native }

  /// Whether a place may report a card as lost.
  var knowsLostCards: Bool { self == .native }

  /// Path and body of an act.
  func request(
    _ act: PlannedAct, at stall: Festival.Stall, festival: Festival, card: Visitor, id: EntityID
  ) -> (path: String, body: JSON) {
    switch act.act {
    case .sale, .find: sale(act, at: stall, festival: festival, card: card, id: id)
    case .refill:
      (
        "/transaction/",
        transaction(
          act, from: stall.wallet, to: card.wallet, at: stall, festival: festival, card: card, id: id)
      )
    case .refund:
      (
        "/card/refund/",
        [
          "user_card_firstTagId": JSON(card.tag), "primary_card_fisrtTagId": JSON(stall.operatorCard), "action": "RFD",
        ]
      )
    case .loss:
      (
        "/v1/cards/\(card.tag)/lost/",
        ["id": JSON(id.text), "operator_card": JSON(stall.operatorCard), "reason": "Festival"]
      )
    }
  }

  private func sale(
    _ act: PlannedAct, at stall: Festival.Stall, festival: Festival, card: Visitor, id: EntityID
  ) -> (path: String, body: JSON) {
    guard self == .native else {
      return (
        "/transaction/",
        transaction(act, from: card.wallet, to: stall.wallet, at: stall, festival: festival, card: card, id: id)
      )
    }
    return (
      "/v1/debits/",
      [
        "id": JSON(id.text), "card": JSON(card.tag),
        "parts": [["asset": JSON(festival.asset.text), "amount": JSON(act.amount)]],
        "primary_card": JSON(stall.operatorCard), "is_offline": false,
      ]
    )
  }

  /// With the keys in the order in which the tills send them.
  private func transaction(
    _ act: PlannedAct, from sender: EntityID, to receiver: EntityID, at stall: Festival.Stall, festival: Festival,
    card: Visitor, id: EntityID
  ) -> JSON {
    [
      "amount": JSON(act.amount), "sender": JSON(sender.text), "receiver": JSON(receiver.text),
      "asset": JSON(festival.asset.text), "comment": "Festival", "metadata": ["act": JSON(id.text)],
      "user_card_firstTagId": JSON(card.tag), "primary_card_fisrtTagId": JSON(stall.operatorCard),
    ]
  }
}

/// A guest's card as the ledger shows it.
struct Visitor: Sendable {
  let tag: String
  let wallet: EntityID
  /// Minor units of the festival's money.
  var balance: Int64
}
