import FedowProtocol

/// A part of a list of Stripe's, the newest first.
public struct StripePage<Item: StripeObject>: StripeObject {
  /// What is on it.
  public let items: [Item]
  /// Whether older ones follow: those after the last one's id.
  public let hasMore: Bool

  /// Reads a page; nil when it is none, or one of its items is not understood: half a list would look like a whole one.
  public init?(_ json: JSON) {
    guard json["object"]?.text == "list", let elements = json["data"]?.elements, let more = json["has_more"]?.bool
    else { return nil }
    let items = elements.compactMap { Item($0) }
    guard items.count == elements.count else { return nil }
    self.items = items
    hasMore = more
  }
}
