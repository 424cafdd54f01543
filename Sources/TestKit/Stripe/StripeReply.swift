import FedowProtocol

/// What the stand-in for Stripe answers.
struct StripeReply: Sendable {
  let status: Int
  let body: JSON

  init(_ body: JSON, status: Int = 200) {
    self.status = status
    self.body = body
  }

  /// An error in Stripe's shape.
  static func error(
    _ status: Int, _ type: String, code: String? = nil, parameter: String? = nil, _ message: String
  ) -> StripeReply {
    var error = JSONObject([("type", JSON(type)), ("message", JSON(message))])
    if let code { error["code"] = JSON(code) }
    if let parameter { error["param"] = JSON(parameter) }
    return StripeReply(["error": .object(error)], status: status)
  }

  static func invalid(_ message: String, code: String? = nil, parameter: String? = nil) -> StripeReply {
    error(400, "invalid_request_error", code: code, parameter: parameter, message)
  }

  static func missing(_ kind: String, _ id: String) -> StripeReply {
    error(404, "invalid_request_error", code: "resource_missing", parameter: "id", "No such \(kind): '\(id)'")
  }

  /// As it goes on the wire.
  var bytes: [UInt8] {
    let body = body.compactBytes
    let head =
      "HTTP/1.1 \(status) \(status == 200 ? "OK" : "Error")\r\nContent-Type: application/json\r\n"
      + "Content-Length: \(body.count)\r\nRequest-Id: req_standin\r\n\r\n"
    return Array(head.utf8) + body
  }
}
