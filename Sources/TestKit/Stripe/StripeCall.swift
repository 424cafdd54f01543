import FedowProtocol

/// A call as the stand-in for Stripe reads it.
struct StripeCall {
  let method: String
  /// The path's parts, without `v1`.
  let parts: [String]
  /// What the query and the body say.
  private(set) var fields: JSONObject
  let key: String?
  let isAuthorized: Bool
  /// What a key stands for: the same key with another one is a mistake.
  let fingerprint: [UInt8]

  init?(_ request: HTTPMessage) {
    let target = request.path.split(separator: "?", maxSplits: 1)
    guard let path = target.first,
      let body = try? FormBody.parse(
        request.method == "GET" ? Array((target.dropFirst().first ?? "").utf8) : request.body)
    else { return nil }
    method = request.method
    parts = path.split(separator: "/").dropFirst().map { String($0) }
    fields = body.object ?? JSONObject()
    key = request.header("Idempotency-Key")
    isAuthorized =
      request.header("Authorization").map { $0.hasPrefix("Bearer sk_test_") || $0.hasPrefix("Bearer rk_test_") }
      ?? false
    fingerprint = Array(path.utf8) + [0] + request.body
  }

  /// A call that somebody makes in the dashboard.
  init?(_ request: HTTPMessage, fields: JSONObject) {
    self.init(request)
    self.fields = fields
  }

  func text(_ name: String) -> String? { fields[name]?.text }

  func number(_ name: String) -> Int64? { text(name).flatMap { Int64($0) } }

  /// What lies within a field in brackets: `metadata[a]` as `a`.
  func within(_ name: String) -> JSON {
    var found = JSONObject()
    for entry in fields.entries {
      guard let key = entry.key.string, key.hasPrefix(name + "["), key.hasSuffix("]") else { continue }
      found[String(key.dropFirst(name.count + 1).dropLast())] = entry.value
    }
    return .object(found)
  }
}
