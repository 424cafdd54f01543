import FedowProtocol

/// An answer as Django's server writes it.
struct StandInAnswer {
  let status: Int
  let type: String
  let body: [UInt8]

  init(_ status: Int, _ json: JSON) {
    self.status = status
    type = "application/json"
    body = json.compactBytes
  }

  private init(_ status: Int, page: String) {
    self.status = status
    type = "text/html; charset=utf-8"
    body = Array(page.utf8)
  }

  /// What is shown when the server's own code fails.
  static let failure = StandInAnswer(
    500, page: "<!doctype html><html lang=\"en\"><head><title>Server Error (500)</title></head></html>")

  /// No such page.
  static let noPage = StandInAnswer(404, page: "<!doctype html><html lang=\"en\"><title>Not Found</title></html>")

  /// Whoever does not prove who they are.
  static let forbidden = StandInAnswer(403, ["detail": "Informations d'authentification non fournies."])

  var bytes: [UInt8] {
    Array("HTTP/1.1 \(status) x\r\nContent-Type: \(type)\r\nContent-Length: \(body.count)\r\n\r\n".utf8) + body
  }
}
