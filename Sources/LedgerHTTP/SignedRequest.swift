import FedowProtocol
import HTTPTypes
import Hummingbird
import Ledger
import Model
import Signing

/// A request whose body was read and parsed: what authentication and commands need of it.
struct SignedRequest: Sendable {
  let credentials: Credentials
  let method: String
  let path: String
  let body: JSON
  /// The body as Python dumps it again: what is signed, and by what a repetition is known.
  let dump: String
  let idempotencyKey: String?

  /// Reads the body, within its bound.
  /// - Throws: `Rejection` 400 when it is not JSON, 413 when it is too long, 408 when it comes too slowly.
  init(_ request: Request) async throws {
    credentials = request.credentials
    method = request.method.rawValue
    path = request.uri.path
    idempotencyKey = request.headers[Self.idempotencyHeader]
    let bytes = try await request.bytes(now: MonotonicTime.now)
    do {
      let isForm = request.headers[.contentType]?.hasPrefix("application/x-www-form-urlencoded") ?? false
      body = isForm ? try FormBody.parse(bytes) : try JSON.parse(bytes)
      dump = body.pythonDump()
    } catch {
      throw Rejection(
        status: 400, ["detail": JSON("JSON parse error - \(error)"), "code": "request_malformed"])
    }
  }

  private static let idempotencyHeader = HTTPField.Name("Idempotency-Key") ?? .ifMatch

  /// The message that was signed.
  var message: [UInt8] { SignedMessage.post(dump: dump) }

  /// How a repetition of this request by this place is known: by its signature, which no two honest requests share, and
  /// before that by the client's own key, where it has one.
  ///
  /// The key is not signed, and of the rest counts what was signed for and where it goes, not how both are spelt: who
  /// catches a request can spell it in many ways.
  func replayGuard(place: EntityID) -> ReplayGuard? {
    let content = "\(method) \(Self.route(path))\n\(dump)"
    // The content is a part of what it is known by, so there is nothing left that could differ.
    let signature = credentials.signature.map { text in
      "signature:\(credentials.signatureBytes.map { Base64URL.encode($0) } ?? text)\n\(content)"
    }
    if let idempotencyKey {
      return ReplayGuard(place: place, key: "key:\(idempotencyKey)", content: content, signature: signature)
    }
    return signature.map { ReplayGuard(place: place, key: $0, content: "") }
  }

  /// The one spelling of a path, as clients write it: the router takes it with any number of slashes.
  private static func route(_ path: String) -> String {
    "/" + path.split(separator: "/").map { (EntityID(String($0))?.text ?? String($0)) + "/" }.joined()
  }
}

extension Request {
  /// The headers that tell who sends it.
  var credentials: Credentials {
    var credentials = Credentials(authorization: nil, signature: nil)
    // One pass, because each look-up by name is one.
    for field in headers {
      switch field.name {
      case .authorization: credentials.authorization = field.value
      case Self.signatureHeader: credentials.signature = field.value
      case Self.walletHeader: credentials.wallet = field.value
      case .date: credentials.date = field.value
      default: break
      }
    }
    return credentials
  }

  private static let signatureHeader = HTTPField.Name("Signature") ?? .ifMatch
  private static let walletHeader = HTTPField.Name("Wallet") ?? .ifMatch
}

extension LedgerAPI {
  /// **P** for a GET: the signature is over the API key.
  func place(_ request: Request) async throws -> Books.Place {
    try await caller(request).place
  }

  /// **P** for a POST: the signature is over the body.
  func place(_ request: SignedRequest) async throws -> Books.Place {
    try await caller(request).place
  }

  /// **P** for a GET, with the device whose key it is.
  func caller(_ request: Request) async throws -> Caller {
    try await noted(authenticator.caller(request.credentials) { SignedMessage.placeGet(apiKey: $0.text) })
  }

  /// **P** for a POST, with the device whose key it is.
  func caller(_ request: SignedRequest) async throws -> Caller {
    try await noted(authenticator.caller(request.credentials) { _ in request.message })
  }

  /// **P** for a POST that the writer confirms, with the device whose key it is.
  func regular(_ request: SignedRequest) async throws -> (caller: Caller, passport: Passport) {
    let (caller, passport) = try await authenticator.regular(request.credentials) { request.message }
    return (try await noted(caller), passport)
  }

  /// Writes down now and then when a device was last heard.
  private func noted(_ caller: Caller) async throws -> Caller {
    if let device = caller.device, sightings.isDue(device, at: clock()) {
      _ = try await postings.submit(NoteDevice(device: device))
    }
    return caller
  }

  /// Authenticates a place's POST and has what it asks for done, once.
  func post(
    _ request: Request, _ command: (Books.Place, JSON) throws -> any LedgerCommand
  ) async throws -> Response {
    let signed = try await SignedRequest(request)
    let (caller, passport) = try await regular(signed)
    return try await postings.submit(
      try command(caller.place, signed.body), guarded: signed.replayGuard(place: caller.place.uuid), by: passport
    ).response
  }

  /// Authenticates a place's POST by its key alone (**K**) and has what it asks for done, once.
  func postByKey(
    _ request: Request, _ command: (Books.Place, JSON) throws -> any LedgerCommand
  ) async throws -> Response {
    let signed = try await SignedRequest(request)
    let place = try await authenticator.place(byKey: signed.credentials)
    return try await postings.submit(
      try command(place, signed.body), guarded: signed.replayGuard(place: place.uuid)
    ).response
  }

  /// Authenticates a POST by a place's key and a wallet's signature (**KW**) and has what it asks for done, once.
  func postByKeyAndWallet(
    _ request: Request, _ command: (Books.Place, EntityID, JSON) throws -> any LedgerCommand
  ) async throws -> Response {
    let signed = try await SignedRequest(request)
    let place = try await authenticator.place(byKey: signed.credentials)
    let (signer, passport) = try await authenticator.signer(signed.credentials, signed: signed.message)
    return try await postings.submit(
      try command(place, signer, signed.body), guarded: signed.replayGuard(place: place.uuid), by: passport
    ).response
  }

  /// Authenticates a wallet's POST (**W**) and has what it asks for done, once.
  func postForWallet(
    _ request: Request, _ command: (EntityID, JSON) throws -> any LedgerCommand
  ) async throws -> Response {
    let signed = try await SignedRequest(request)
    let (wallet, passport) = try await authenticator.signer(signed.credentials, signed: signed.message)
    return try await postings.submit(
      try command(wallet, signed.body), guarded: signed.replayGuard(place: wallet), by: passport
    ).response
  }

  /// Reads a path's parameter.
  func parameter(_ name: String, _ context: LedgerRequestContext) throws -> String {
    guard let value = context.parameters.get(name) else { throw Rejection.noSuch("Object") }
    return value
  }
}
