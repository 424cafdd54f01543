import FedowProtocol

/// The fields of a call in Stripe's form encoding, in which what lies within something has its way in brackets.
struct StripeFields {
  private var fields: [(String, JSON)] = []

  /// A text; nothing when it is nil.
  mutating func add(_ name: String, _ value: String?) {
    if let value { fields.append((name, JSON(value))) }
  }

  /// A whole number; nothing when it is nil.
  mutating func add(_ name: String, _ value: Int64?) { add(name, value.map { String($0) }) }

  /// What is attached to an object, in the order of its keys, so that the same call is the same bytes: Stripe refuses a
  /// known idempotency key with other parameters.
  mutating func add(metadata: [String: String]) {
    for (key, value) in metadata.sorted(by: { $0.key < $1.key }) { add("metadata[\(key)]", value) }
  }

  /// The encoded fields.
  var encoded: [UInt8] { FormBody.encode(JSONObject(fields)) }
}
