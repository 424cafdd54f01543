import FedowProtocol

/// Something of Stripe's, read from its JSON as far as the ledger needs it; what it does not need is not kept, least of all
/// anything about a card.
public protocol StripeObject: Sendable, Hashable {
  /// Reads it; nil when it is something else or a field is missing.
  init?(_ json: JSON)
}

extension JSON {
  /// The id of what a field names, whether Stripe gave the id or the whole thing.
  var reference: String? { text ?? self["id"]?.text }

  /// What is attached to an object.
  var metadata: [String: String] {
    var found: [String: String] = [:]
    for entry in self["metadata"]?.object?.entries ?? [] {
      if let key = entry.key.string, let value = entry.value.text { found[key] = value }
    }
    return found
  }
}
