import FedowProtocol
import HTTPTypes

/// One call of the API, as the document and the page describe it; it stands beside the routes and a test holds it to
/// them.
struct Operation: Sendable {
  let method: HTTPRequest.Method
  /// With its parameters in braces and the slash at its end, as clients send it.
  let path: String
  /// Its name in generated clients.
  let id: String
  let summary: String
  let access: Access
  var detail = ""
  var parameters: [Parameter] = []
  var body: Schema?
  /// Whether the body may also come as an HTML form.
  var takesForm = false
  var answers: [Reply]
  /// The errors beyond those that every call can have.
  var refusals: [Reply] = []
  /// The media type of its answer.
  var media = "application/json"

  /// A value in the path or after the question mark.
  struct Parameter: Sendable {
    enum Place: String, Sendable {
      case path, query, header
    }
    let name: String
    let place: Place
    let schema: Schema
  }

  /// A status and the body that goes with it.
  struct Reply: Sendable {
    let status: Int
    let text: String
    let schema: Schema
    /// Its name among the components, when many calls have it.
    var component: String?
  }

  static func get(
    _ path: String, _ id: String, _ access: Access, _ summary: String, _ parameters: [Parameter] = [],
    detail: String = "", answers: [Reply], refusals: [Reply] = []
  ) -> Operation {
    Operation(
      method: .get, path: path, id: id, summary: summary, access: access, detail: detail, parameters: parameters,
      answers: answers, refusals: refusals)
  }

  static func post(
    _ path: String, _ id: String, _ access: Access, _ summary: String, _ parameters: [Parameter] = [],
    detail: String = "", body: Schema?, answers: [Reply], refusals: [Reply] = []
  ) -> Operation {
    Operation(
      method: .post, path: path, id: id, summary: summary, access: access, detail: detail, parameters: parameters,
      body: body, answers: answers, refusals: refusals)
  }
}

extension Operation.Parameter {
  static func path(_ name: String, _ schema: Schema) -> Operation.Parameter {
    Operation.Parameter(name: name, place: .path, schema: schema)
  }

  static func query(_ name: String, _ schema: Schema) -> Operation.Parameter {
    Operation.Parameter(name: name, place: .query, schema: schema)
  }

  static let idempotencyKey = Operation.Parameter(
    name: "Idempotency-Key", place: .header,
    schema: .text(
      "The client's own name for this request. A repetition with it, also one that is signed anew, gets the first answer "
        + "and posts nothing. The same signature under another name is the same request."))
}

extension Operation.Reply {
  static func answer(_ status: Int, _ text: String, _ schema: Schema) -> Operation.Reply {
    Operation.Reply(status: status, text: text, schema: schema)
  }

  static func refusal(_ status: Int, _ text: String, _ schema: Schema = .named("Refusal")) -> Operation.Reply {
    Operation.Reply(status: status, text: text, schema: schema)
  }
}

extension Operation {
  /// Every call, in the order of the document. A new resource adds its list here.
  static let all: [Operation] =
    hello + places + cards + transactions + assets + wallets + federations + debits + kiosks + books + cardLife
    + ownCards + demurrage + acceptance + clearings + authorities + transfers + memberships + delegations + stripe
    + descriptions

  /// The errors of this call: its own, and those that any call of its kind can have.
  var allRefusals: [Reply] {
    let own = Set(refusals.map(\.status))
    return (refusals + commonRefusals.filter { !own.contains($0.status) }).sorted { $0.status < $1.status }
  }

  private var commonRefusals: [Reply] {
    let isPost = method == .post
    return [
      (isPost, Reply.malformed), (access != .open, .forbidden), (parameters.contains { $0.place == .path }, .unknown),
      (isPost, .tooSlow), (isPost, .conflict), (isPost, .tooLong), (true, .tooMany), (true, .unavailable),
    ].filter(\.0).map(\.1)
  }

  /// The paths that anyone may call, as the router names them.
  static let openPaths = Set(all.filter { $0.access == .open }.map(\.route))

  /// The path as the router names it.
  var route: String { path.hasSuffix("/") && path != "/" ? String(path.dropLast()) : path }

  /// What the calls of its resource are grouped under.
  var tag: String {
    let first = path.split(separator: "/").first.map { String($0) } ?? "service"
    switch first {
    case "card", "transaction", "asset", "wallet", "federation", "place": return first
    case "v1": return "kiosk"
    default: return "service"
    }
  }
}

/// The errors that many calls have.
extension Operation.Reply {
  static let malformed = common(
    "Malformed", 400, "The request is not JSON, or a field is wrong; each field's errors stand under its name.")
  static let forbidden = common("Forbidden", 403, "Not authenticated, or not allowed.")
  static let unknown = common("Unknown", 404, "No such thing.")
  static let tooSlow = common("TooSlow", 408, "The body took longer than 30 seconds.")
  static let conflict = common(
    "Conflict", 409, "This Idempotency-Key was used for another request, or the thing exists.")
  static let tooLong = common("TooLong", 413, "The body is longer than 4 MiB.")
  static let tooMany = common("TooMany", 429, "Too many requests; wait as long as `Retry-After` says.")
  static let unavailable = common("Unavailable", 503, "The ledger cannot do this now; nothing was done.")

  static let components = [malformed, forbidden, unknown, tooSlow, conflict, tooLong, tooMany, unavailable]

  private static func common(_ name: String, _ status: Int, _ text: String) -> Operation.Reply {
    Operation.Reply(status: status, text: text, schema: .named("Refusal"), component: name)
  }
}
