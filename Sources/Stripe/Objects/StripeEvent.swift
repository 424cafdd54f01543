import FedowProtocol

/// Something that happened at Stripe (https://docs.stripe.com/api/events/object).
///
/// Events come late, twice and in any order, and what they show is as it was then: they say where to look.
public struct StripeEvent: StripeObject {
  /// `evt_...`; the same however often it is sent.
  public let id: String
  /// What happened: `checkout.session.completed`.
  public let type: String
  /// When, in seconds since 1970.
  public let created: Int64
  /// Whether real money moves.
  public let isLive: Bool
  /// The place's account that it happened in; nil in the server's own.
  public let account: String?
  /// What it happened to, as it was then.
  public let object: JSON

  /// Reads an event.
  public init?(_ json: JSON) {
    guard json["object"]?.text == "event", let id = json["id"]?.text, let type = json["type"]?.text,
      let created = json["created"]?.int64, let object = json["data"]?["object"]
    else { return nil }
    self.id = id
    self.type = type
    self.created = created
    self.object = object
    isLive = json["livemode"]?.bool ?? false
    account = json["account"]?.text
  }
}
