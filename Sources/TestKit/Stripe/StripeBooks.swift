import FedowProtocol

/// What the stand-in for Stripe has in its books: things by their id, in the order in which they were made.
struct StripeBooks {
  private(set) var things: [String: JSONObject] = [:]
  private(set) var order: [String] = []
  /// Answers that were given under a key.
  var answers: [String: (fingerprint: [UInt8], reply: StripeReply)] = [:]
  /// How often each call did something: `POST refunds`.
  var effects: [String: Int] = [:]
  /// What the account holds, in cents.
  var balance: Int64 = 0
  /// Whether refunds stay pending until they are settled.
  var refundsPend = false
  private var chance: SeededGenerator
  private let alphabet = Array("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")

  init(seed: UInt64) { chance = SeededGenerator(seed: seed) }

  /// A new id: `cs_test_` and letters.
  mutating func newID(_ prefix: String) -> String {
    prefix + String((0..<24).map { _ in alphabet[Int.random(in: alphabet.indices, using: &chance)] })
  }

  mutating func insert(_ thing: JSON) {
    guard let object = thing.object, let id = object["id"]?.text else { return }
    if things[id] == nil { order.append(id) }
    things[id] = object
  }

  mutating func change(_ id: String, _ changes: [(String, JSON)]) {
    for (key, value) in changes { things[id]?[key] = value }
  }

  func thing(_ id: String, _ kind: String) -> JSON? {
    guard let object = things[id], object["object"]?.text == kind else { return nil }
    return .object(object)
  }

  func all(_ kind: String) -> [JSONObject] { order.compactMap { things[$0] }.filter { $0["object"]?.text == kind } }

  /// A part of a list as Stripe gives it: the newest first, filtered by the fields that are asked for.
  func list(_ kind: String, _ call: StripeCall, filters: [String]) -> StripeReply {
    var found = Array(all(kind).reversed())
    for filter in filters {
      if let wanted = call.text(filter) { found = found.filter { $0[filter]?.text == wanted } }
    }
    if let since = call.number("created[gte]") { found = found.filter { ($0["created"]?.int64 ?? 0) >= since } }
    if let after = call.text("starting_after") {
      guard let position = found.firstIndex(where: { $0["id"]?.text == after }) else {
        return .missing(kind, after)
      }
      found = Array(found.suffix(from: position + 1))
    }
    let limit = Int(call.number("limit") ?? 10)
    guard (1...100).contains(limit) else { return .invalid("limit", parameter: "limit") }
    return StripeReply([
      "object": "list", "url": JSON("/v1/" + call.parts.joined(separator: "/")), "has_more": .bool(found.count > limit),
      "data": .array(found.prefix(limit).map { .object($0) }),
    ])
  }

  /// Writes down that something happened, as Stripe does for its webhooks.
  mutating func record(_ type: String, _ id: String, at now: Int64, account: String? = nil) {
    guard let object = things[id] else { return }
    var event = JSONObject([
      ("id", JSON(newID("evt_"))), ("object", "event"), ("api_version", "2025-03-31.basil"), ("created", JSON(now)),
      ("data", ["object": .object(object)]), ("livemode", false), ("pending_webhooks", 1),
      ("request", ["id": nil, "idempotency_key": nil]), ("type", JSON(type)),
    ])
    if let account { event["account"] = JSON(account) }
    insert(.object(event))
  }
}
