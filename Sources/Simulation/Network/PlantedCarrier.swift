import FedowProtocol
import Kiosk
import Model
import Transport

/// What a kiosk's connections do wrong when a fault is planted in them; without one they change nothing.
final class PlantedCarrier: @unchecked Sendable {
  // Unchecked because one thread alone touches it: the simulation's.

  private let fault: PlantedFault?
  private let credentials: PlaceCredentials
  private let newID: () -> EntityID
  private let noteHotlist: (JSON, Int64) -> Void
  private let noteAnswer: (HTTPRequest, HTTPResponse, Int64) -> Void
  private var sent: Set<EntityID> = []
  /// The id that was sent in the place of the debit's own, and that.
  private var renamed: [EntityID: EntityID] = [:]

  init(
    _ fault: PlantedFault?, credentials: PlaceCredentials, newID: @escaping () -> EntityID,
    noteHotlist: @escaping (JSON, Int64) -> Void,
    noteAnswer: @escaping (HTTPRequest, HTTPResponse, Int64) -> Void
  ) {
    self.fault = fault
    self.credentials = credentials
    self.newID = newID
    self.noteHotlist = noteHotlist
    self.noteAnswer = noteAnswer
  }

  private static func since(_ url: String) -> Int64 {
    let field = url.split(separator: "?").last?.split(separator: "&").first { $0.hasPrefix("since=") }
    return field.flatMap { Int64($0.dropFirst(6)) } ?? 0
  }

  private func isDebit(_ request: HTTPRequest) -> Bool {
    request.method == "POST" && request.url.hasSuffix("/v1/debits/")
  }

  /// An answer that nobody gave.
  func answer(to request: HTTPRequest) -> HTTPResponse? {
    guard fault == .lostVoid, request.url.hasSuffix("/void/"), let body = request.body.flatMap({ try? JSON.parse($0) })
    else { return nil }
    let answer: JSON = [
      "id": body["id"] ?? nil, "voids": nil, "transactions": [], "balances": [],
    ]
    return HTTPResponse(status: 201, body: answer.compactBytes)
  }

  func answer(to request: HTTPRequest, after failure: TransportFailure) -> HTTPResponse? {
    guard fault == .timeoutIsRefusal, isDebit(request), case .uncertain = failure else { return nil }
    let answer: JSON = ["code": "insufficient_funds", "sentence": "planted"]
    return HTTPResponse(status: 402, body: answer.compactBytes)
  }

  func changed(_ request: HTTPRequest) -> HTTPRequest {
    guard fault == .newID, isDebit(request), let body = request.body.flatMap({ try? JSON.parse($0) }),
      var object = body.object, let id = body["id"]?.text.flatMap({ EntityID($0) })
    else { return request }
    guard !sent.insert(id).inserted else { return request }
    let other = newID()
    renamed[other] = id
    object["id"] = JSON(other.text)
    guard let headers = try? credentials.headersForPost(body: .object(object)) else { return request }
    return HTTPRequest(
      method: "POST", url: request.url, headers: headers.map { "\($0.0): \($0.1)" },
      body: Array(JSON.object(object).pythonDump().utf8))
  }

  func changed(_ answer: HTTPResponse, to request: HTTPRequest, askedAt: Int64) -> HTTPResponse {
    noteAnswer(request, answer, askedAt)
    if fault == .newID, let body = request.body.flatMap({ try? JSON.parse($0) }),
      let other = body["id"]?.text.flatMap({ EntityID($0) }), let id = renamed[other],
      var object = (try? JSON.parse(answer.body))?.object
    {
      object["id"] = JSON(id.text)
      return HTTPResponse(status: answer.status, body: JSON.object(object).compactBytes)
    }
    if request.url.contains("/v1/hotlist/"), answer.status == 200, let list = try? JSON.parse(answer.body) {
      noteHotlist(list, Self.since(request.url))
      guard fault == .staleHotlist, var object = list.object else { return answer }
      object["entries"] = []
      return HTTPResponse(status: 200, body: JSON.object(object).compactBytes)
    }
    if fault == .offlineOverLimit, request.url.hasSuffix("/v1/policy/"), let policy = try? JSON.parse(answer.body),
      var object = policy.object, var offline = policy["offline"]?.object
    {
      for name in ["per_card", "per_device"] { offline[name] = JSON((offline[name]?.int64 ?? 0) * 10) }
      object["offline"] = .object(offline)
      return HTTPResponse(status: 200, body: JSON.object(object).compactBytes)
    }
    return answer
  }
}
