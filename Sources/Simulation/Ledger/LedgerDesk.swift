import FedowProtocol
import Ledger
import Model
import Transport

/// The ledger's HTTP face as kiosks see it, without sockets: the calls that `LedgerAPI` routes, to the same authenticator,
/// writer and queries, with the same statuses.
struct LedgerDesk: Sendable {
  let world: World
  let store: LedgerStore
  let service: PostingService
  private let authenticator: Authenticator
  private let queries: LedgerQueries
  private let sightings = DeviceSightings()

  init(world: World, store: LedgerStore, service: PostingService) {
    self.world = world
    self.store = store
    self.service = service
    authenticator = Authenticator(store: store, clock: { world.ledger.wallTime })
    queries = LedgerQueries(store: store)
  }

  /// Answers a request.
  /// - Parameter early: gives an answer before the work is done; only a planted fault does.
  func answer(_ request: HTTPRequest, early: @escaping @Sendable (HTTPResponse) -> Void) async -> HTTPResponse {
    do {
      return Self.response(try await route(request, early))
    } catch let rejection as Rejection {
      return Self.response(rejection.answer)
    } catch let refusal as Refusal {
      return Self.response(Rejection(refusal).answer)
    } catch {
      return Self.response(Rejection(Refusal(.storeUnavailable)).answer)
    }
  }

  private static func response(_ answer: Answer) -> HTTPResponse {
    HTTPResponse(status: answer.status, body: coded(answer).bodyBytes)
  }

  /// Each error has its code; what the protocol of old says without one is here that nobody is known by this key.
  private static func coded(_ answer: Answer) -> Answer {
    guard answer.status == 403, var body = (try? JSON.parse(answer.bodyBytes))?.object, body["code"] == nil else {
      return answer
    }
    body["code"] = JSON(Refusal.Code.notAuthenticated.rawValue)
    return Answer(status: answer.status, .object(body))
  }

  private func route(_ request: HTTPRequest, _ early: @escaping @Sendable (HTTPResponse) -> Void) async throws -> Answer
  {
    let (path, query) = Self.split(request.url)
    switch (request.method, path.first, path.count) {
    case ("GET", "helloworld", _): return Answer(["message": "Hello, world!"])
    case ("GET", "v1", _): return try await read(Array(path.dropFirst()), query, request)
    case ("POST", "v1", _): return try await write(Array(path.dropFirst()), request, early)
    default: throw Refusal(.notFound)
    }
  }

  // MARK: Reading

  private func read(_ path: [String], _ query: [String: Int64], _ request: HTTPRequest) async throws -> Answer {
    let caller = try await noted(
      authenticator.caller(Self.credentials(request)) { SignedMessage.placeGet(apiKey: $0.text) })
    let place = caller.place.uuid
    switch (path.first, path.count) {
    case ("cards", 2):
      if let answer = try queries.kioskCard(tag: path[1], place: place, now: world.ledger.wallTime) { return answer }
      return try await service.submit(ReadKioskCard(place: place, tag: path[1]))
    case ("cards", 3) where path[2] == "refund":
      return try await queries.refundPreview(tag: path[1], place: caller.place)
    case ("debits", 2): return try await queries.debit(id: try Self.id(path[1]), place: place)
    case ("unsettled", 1): return try await queries.unsettled(place: place)
    case ("policy", 1): return try await queries.policy(place: place)
    case ("hotlist", 1): return try await hotlist(since: query["since"] ?? 0, wait: query["wait"] ?? 0)
    default: throw Refusal(.notFound)
    }
  }

  /// The real one sleeps on the machine's clock, so its waiting is done here.
  private func hotlist(since version: Int64, wait: Int64) async throws -> Answer {
    let (scheduler, ledger) = (world.scheduler, world.ledger)
    let end = scheduler.now + wait * 1_000_000_000
    while true {
      let answer = try await queries.hotlist(since: version, wait: .zero, now: { ledger.wallTime })
      let latest = try JSON.parse(answer.bodyBytes)["version"]?.int64
      guard latest == version, scheduler.now < end, let life = world.ledger.running?.life else { return answer }
      try await scheduler.sleep(.seconds(4), in: life)
    }
  }

  // MARK: Writing

  private func write(
    _ path: [String], _ request: HTTPRequest, _ early: @escaping @Sendable (HTTPResponse) -> Void
  ) async throws -> Answer {
    guard let body = request.body.flatMap({ try? JSON.parse($0) }) else { throw Refusal(.requestMalformed) }
    let (caller, passport) = try await known(request, body)
    let (place, device) = (caller.place.uuid, caller.device)
    switch (path.first, path.last, path.count) {
    case ("debits", _, 1):
      let debit = PostDebit(place: place, device: device, debit: try DebitRequest(world.planted.renamed(body)))
      return try await service.submit(world.planted.wrapped(debit, early: early), by: passport)
    case ("debits", "void", 3):
      return try await service.submit(
        VoidDebit(place: place, device: device, debit: try Self.id(path[1]), body: body), by: passport)
    case ("debits", "settle", 3):
      return try await service.submit(
        SettleDebit(place: place, device: device, debit: try Self.id(path[1]), body: body), by: passport)
    case ("cards", "sighted", 3):
      return try await service.submit(
        SightCard(path[1], by: .place(place, device: device), body: body), by: passport)
    case ("cards", "lost", 3):
      return try await service.submit(
        BlockCard.lost(path[1], by: .place(place, device: device), body: body), by: passport)
    case ("cards", "unblock", 3):
      return try await service.submit(
        BlockCard.unblock(path[1], by: .place(place, device: device), body: body), by: passport)
    case ("cards", "refund", 3):
      return try await service.submit(
        PostRefund(place: place, device: device, tag: path[1], body: body),
        guarded: try PostRefund.replayGuard(place: place, tag: path[1], body: body), by: passport)
    default: throw Refusal(.notFound)
    }
  }

  private func known(_ request: HTTPRequest, _ body: JSON) async throws -> (Caller, Passport) {
    let credentials = Self.credentials(request)
    if let caller = world.planted.remembered(credentials) { return (caller, .none) }
    let (caller, passport) = try await authenticator.regular(credentials) { SignedMessage.post(body) }
    world.planted.remember(caller, credentials)
    return (try await noted(caller), passport)
  }

  private func noted(_ caller: Caller) async throws -> Caller {
    if let device = caller.device, sightings.isDue(device, at: world.ledger.wallTime) {
      _ = try await service.submit(NoteDevice(device: device))
    }
    return caller
  }

  // MARK: Requests

  private static func split(_ url: String) -> (path: [String], query: [String: Int64]) {
    let parts = url.split(separator: "?", maxSplits: 1)
    let path = parts[0].split(separator: "/").dropFirst(2).map { String($0) }
    var query: [String: Int64] = [:]
    for field in parts.dropFirst().first?.split(separator: "&") ?? [] {
      let pair = field.split(separator: "=")
      if pair.count == 2 { query[String(pair[0])] = Int64(pair[1]) }
    }
    return (path, query)
  }

  private static func credentials(_ request: HTTPRequest) -> Credentials {
    let value = { (name: String) in
      request.headers.first { $0.hasPrefix(name + ": ") }.map { String($0.dropFirst(name.count + 2)) }
    }
    return Credentials(authorization: value("Authorization"), signature: value("Signature"))
  }

  private static func id(_ text: String) throws -> EntityID {
    guard let id = EntityID(text) else { throw Refusal(.notFound) }
    return id
  }
}
