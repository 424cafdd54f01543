import FedowProtocol

/// Where ours answers otherwise than the recording, on purpose.
struct Deviation {
  let status: Int
  let reason: String
  /// A key that the body must have; nil when it is the recorded one but for what the reason says.
  let key: String?
  /// Whether it is a page for people.
  var isPage = false

  static let table: [Int: Deviation] = [
    6: Deviation(
      status: 400, reason: "an HTML 500: a key that is no PEM is the client's fault", key: "cashless_rsa_pub_key"),
    19: Deviation(status: 400, reason: "the parser's own words, where Python's were", key: "detail"),
    21: Deviation(status: 404, reason: "HTML: an API answers JSON", key: "detail"),
    85: Deviation(status: 200, reason: "it showed the card's tag and its holder's balances to anyone", key: "uuid"),
    106: Deviation(status: 404, reason: "an HTML 500: the card is unknown", key: "detail"),
    121: Deviation(status: 403, reason: "a signature over a stale date was good for ever", key: "detail"),
    129: Deviation(status: 400, reason: "an HTML 500: the QR code is no uuid", key: nil),
    138: Deviation(status: 200, reason: "it showed the place's balances to its customer", key: "results"),
    149: Deviation(status: 417, reason: "an HTML 500: there is no Stripe key", key: "detail"),
    163: Deviation(
      status: 403, reason: "one place's administrator shared another's money: its issuer must be asked", key: "detail"),
    168: Deviation(status: 200, reason: "a page of our own, that loads nothing from elsewhere", key: nil, isPage: true),
    169: Deviation(status: 200, reason: "a page of our own, that loads nothing from elsewhere", key: nil, isPage: true),
    170: Deviation(status: 200, reason: "it gave every transaction of the server to any place", key: nil),
  ]

  /// What every error that is an object has at its end, beside the recorded fields, and why: a program that is not one
  /// of the clients of old needs a code that never changes and one sentence, whichever field was wrong. The recorded
  /// fields stay as they are, in their order; a bare string or a list stays as it is altogether.
  static let additions: Set = ["code", "detail"]

  /// Our error without what it has beyond the recorded one, when that is nothing but the additions.
  static func withoutAdditions(_ ours: JSON, recorded: JSON, status: Int) -> JSON {
    guard status >= 400, var object = ours.object, let recorded = recorded.object else { return ours }
    for key in additions where recorded[key] == nil { object[key] = nil }
    return .object(object)
  }
}
