import FedowProtocol
import Stripe

extension StripeEvent {
  /// The fields that are kept of what an event is about: never anything of a card, an address or a name.
  private static let kept: Set = [
    "id", "object", "status", "payment_status", "amount", "amount_total", "amount_received", "currency", "created",
    "livemode", "failure_reason", "details_submitted", "charges_enabled", "payouts_enabled",
  ]
  private static let keptReferences: Set = ["payment_intent", "charge", "latest_charge"]

  /// The event with nothing in it but what the ledger goes by, as it is stored.
  var reduced: JSON {
    var thing = JSONObject()
    for entry in object.object?.entries ?? [] {
      guard let key = entry.key.string else { continue }
      if Self.kept.contains(key) { thing[key] = entry.value }
      if Self.keptReferences.contains(key) { thing[key] = JSON(entry.value.text ?? entry.value["id"]?.text) }
    }
    var marks = JSONObject()
    for entry in object["metadata"]?.object?.entries ?? [] {
      if let key = entry.key.string, StripeMark.keys.contains(key) { marks[key] = entry.value }
    }
    thing["metadata"] = .object(marks)
    if let transfers = object["capabilities"]?["transfers"] { thing["capabilities"] = ["transfers": transfers] }
    if let due = object["requirements"]?["currently_due"] {
      thing["requirements"] = [
        "currently_due": due, "disabled_reason": object["requirements"]?["disabled_reason"] ?? nil,
      ]
    }
    return [
      "id": JSON(id), "object": "event", "type": JSON(type), "created": JSON(created), "livemode": .bool(isLive),
      "account": JSON(account), "data": ["object": .object(thing)],
    ]
  }
}
