import FedowProtocol

/// What the calls do and answer.
extension StripeBooks {
  /// Answers a call; a key that is known gives the answer of its first call, whatever became of that.
  mutating func answer(_ call: StripeCall, url: String, now: Int64, fault: StripeFault? = nil) -> StripeReply {
    guard call.isAuthorized else {
      return .error(401, "invalid_request_error", "Invalid API Key provided.")
    }
    if call.method == "POST", let key = call.key, let known = answers[key] {
      guard known.fingerprint == call.fingerprint else {
        return .error(
          400, "idempotency_error",
          "Keys for idempotent requests can only be used with the same parameters they were first used with.")
      }
      return known.reply
    }
    var reply = call.method == "POST" ? make(call, url: url, now: now) : read(call)
    guard call.method == "POST" else { return reply }
    if reply.status == 200 { effects["POST " + (call.parts.first ?? ""), default: 0] += 1 }
    if fault == .errorAfter { reply = .error(500, "api_error", "An unknown error occurred") }
    if let key = call.key { answers[key] = (call.fingerprint, reply) }
    return reply
  }

  private func read(_ call: StripeCall) -> StripeReply {
    let parts = call.parts
    switch parts.first {
    case "checkout" where parts.count == 2:
      return list("checkout.session", call, filters: ["payment_intent"])
    case "checkout" where parts.count == 3: return one("checkout.session", parts[2])
    case "payment_intents" where parts.count == 1: return list("payment_intent", call, filters: [])
    case "payment_intents" where parts.count == 2: return one("payment_intent", parts[1])
    case "charges" where parts.count == 2: return one("charge", parts[1])
    case "refunds" where parts.count == 1: return list("refund", call, filters: ["payment_intent"])
    case "refunds" where parts.count == 2: return one("refund", parts[1])
    case "accounts" where parts.count == 2: return one("account", parts[1])
    case "transfers" where parts.count == 1:
      return list("transfer", call, filters: ["transfer_group", "destination"])
    case "transfers" where parts.count == 2: return one("transfer", parts[1])
    case "events" where parts.count == 1: return list("event", call, filters: ["type"])
    case "events" where parts.count == 2: return one("event", parts[1])
    default: return unknown(call)
    }
  }

  private mutating func make(_ call: StripeCall, url: String, now: Int64) -> StripeReply {
    switch call.parts {
    case ["checkout", "sessions"]: createSession(call, url: url, now: now)
    case ["prices"]: createPrice(call, now: now)
    case ["refunds"]: createRefund(call, now: now)
    case ["accounts"]: createAccount(call, now: now)
    case ["account_links"]: createLink(call, now: now)
    case ["transfers"]: createTransfer(call, now: now)
    default: unknown(call)
    }
  }

  private func one(_ kind: String, _ id: String) -> StripeReply {
    thing(id, kind).map { StripeReply($0) } ?? .missing(kind, id)
  }

  private func unknown(_ call: StripeCall) -> StripeReply {
    .error(
      404, "invalid_request_error",
      "Unrecognized request URL (\(call.method): /v1/\(call.parts.joined(separator: "/"))).")
  }
}
