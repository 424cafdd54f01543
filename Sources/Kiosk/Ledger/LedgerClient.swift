import FedowProtocol
import Model
import Synchronization
import Transport

/// The ledger this kiosk is paired with: makes the requests and reads the answers that its carrier brings.
public struct LedgerClient: LedgerLink {
  /// Who is paid.
  public let placeWallet: EntityID
  /// How the ledger is spoken to.
  public let dialect: any LedgerDialect

  private let baseURL: String
  private let credentials: PlaceCredentials
  private let carrier: any LedgerCarrier
  private let timeouts: LedgerTimeouts

  /// A client of the ledger in the pairing; nothing is sent before the first call.
  public init(pairing: Pairing, dialect: any LedgerDialect, timeouts: LedgerTimeouts) {
    self.init(pairing: pairing, dialect: dialect, timeouts: timeouts, carrier: KeptConnections(timeouts: timeouts))
  }

  /// The same over another carrier than this machine's network.
  package init(
    pairing: Pairing, dialect: any LedgerDialect, timeouts: LedgerTimeouts, carrier: any LedgerCarrier
  ) {
    placeWallet = pairing.placeWallet
    self.dialect = dialect
    baseURL = pairing.ledgerURL
    credentials = pairing.credentials
    self.carrier = carrier
    self.timeouts = timeouts
  }

  /// Reads a card on the connection for taps.
  public func readCard(_ firstTagID: String) async throws(Refusal) -> CardReading {
    let answer: HTTPResponse
    do {
      answer = try await carrier.send(get(dialect.cardPath(firstTagID)), for: .card)
    } catch {
      throw Refusal(.ledgerUnreachable)
    }
    // A page in the place of an answer, and a refusal without a code where each has one, are of something in between.
    let isJSON = (try? JSON.parse(answer.body)) != nil
    let hasCodes = dialect.name == NativeDialect.word
    switch answer.status {
    case 200 where isJSON:
      guard let reading = dialect.reading(parsing: answer.body) else {
        throw Refusal(.ledgerRefused, "The ledger's answer about this card could not be understood.")
      }
      return reading
    case 400...499 where LedgerRefusal.hasCode(answer): throw LedgerRefusal.reading(answer)
    case 404 where !hasCodes: throw Refusal(.cardUnknown)
    case 401 where !hasCodes, 403 where !hasCodes: throw LedgerRefusal.reading(answer)
    default: throw Refusal(.ledgerUnreachable, "The ledger answers with an error (HTTP \(answer.status)). Try again.")
    }
  }

  /// Signs with the place's key.
  public func sign(_ order: DebitOrder) throws(Refusal) -> SignedDebit {
    try dialect.sign(order, with: credentials)
  }

  /// Signs a void with the place's key.
  public func sign(_ order: VoidOrder) throws(Refusal) -> SignedDebit { try dialect.sign(order, with: credentials) }

  /// Signs anew what another key of this kiosk has signed.
  public func renewed(_ debit: SignedDebit) throws(Refusal) -> SignedDebit? {
    try dialect.renewed(debit, with: credentials)
  }

  /// Sends the stored bytes.
  public func post(_ debit: SignedDebit, isOnly: Bool, isUrgent: Bool) async -> DebitOutcome {
    let request = HTTPRequest(
      method: "POST", url: baseURL + debit.path,
      headers: [
        "Authorization: Api-Key \(credentials.apiKey)", "Signature: \(debit.signature)",
        "Content-Type: application/json",
      ], body: debit.body, isRepeatable: dialect.isIdempotent)
    do {
      let answer = try await carrier.send(request, for: isUrgent ? .urgentDebit : .background)
      return dialect.outcome(of: debit, answer: answer, isOnly: isOnly)
    } catch {
      if case .notSent = error { return .absent }
      return .undecided(error.reason)
    }
  }

  /// Asks on the background connections, as often as the dialect has questions.
  public func inquire(_ debit: SignedDebit, isSettled: Bool) async -> DebitOutcome {
    var inquiry = dialect.inquiry(about: debit, isSettled: isSettled)
    var answer: HTTPResponse?
    do {
      while true {
        switch inquiry.next(after: answer) {
        case .ask(let path): answer = try await carrier.send(get(path), for: .background)
        case .search(let path, let search): answer = try await list(path, search)
        case .conclude(let outcome): return outcome
        }
      }
    } catch {
      return .undecided(error.reason)
    }
  }

  private func list(_ path: String, _ search: ListSearch) async throws(TransportFailure) -> HTTPResponse {
    let search = Mutex(search)
    let limits = HTTPLimits(connectMilliseconds: timeouts.connect, totalMilliseconds: timeouts.list)
    let connection = HTTPConnection(label: "ledger.list", limits: limits)
    do {
      let status = try await connection.stream(get(path)) { piece in search.withLock { $0.take(piece) } }
      return HTTPResponse(status: status, body: search.withLock { $0.found })
    } catch {
      // The rest of the list was not wanted any more.
      guard search.withLock({ $0.isOver }) else { throw error }
      return HTTPResponse(status: 200, body: search.withLock { $0.found })
    }
  }

  private func get(_ path: String) -> HTTPRequest {
    HTTPRequest(
      method: "GET", url: baseURL + path, headers: credentials.headersForGet().map { "\($0.0): \($0.1)" })
  }
}

extension LedgerClient {
  /// Whether the ledger answers at all.
  public func isReachable() async -> Bool {
    (try? await carrier.send(HTTPRequest(method: "GET", url: baseURL + "/helloworld/"), for: .background))?.status
      == 200
  }

  /// A call of the native API, over a connection of its own, for it may be held open by the ledger.
  public func call(
    _ method: String, _ path: String, body: JSON?, patience: Duration
  ) async throws(Refusal) -> JSON {
    guard dialect is NativeDialect else { throw Refusal(.ledgerRefused, "This ledger has no native API.") }
    var headers = credentials.headersForGet()
    if let body {
      guard let signed = try? credentials.headersForPost(body: body) else { throw Refusal(.keyInvalid) }
      headers = signed + [("Content-Type", "application/json")]
    }
    let request = HTTPRequest(
      method: method, url: baseURL + path, headers: headers.map { "\($0.0): \($0.1)" },
      body: body.map { Array($0.pythonDump().utf8) }, isAbandonable: patience > .zero)
    let answer: HTTPResponse
    do {
      answer = try await carrier.send(request, for: .call(patience: patience))
    } catch {
      throw Refusal(.ledgerUnreachable, "The ledger does not answer: \(error.reason).")
    }
    guard (200...299).contains(answer.status), let json = try? JSON.parse(answer.body) else {
      // This API gives each refusal a code: without one something in between has spoken.
      guard (400...499).contains(answer.status), LedgerRefusal.hasCode(answer) else {
        throw Refusal(
          .ledgerUnreachable, "The ledger's answer could not be read (HTTP \(answer.status)). Try again.")
      }
      throw LedgerRefusal.reading(answer)
    }
    return json
  }

  /// Fills a card: `POST /transaction/` from the place (protocol section 3).
  public func refill(
    _ firstTagID: String, asset: EntityID?, amount: Amount, primaryCard: String
  ) async throws(Refusal) -> JSON {
    try await refill(firstTagID, asset: asset, amount: amount, primaryCard: primaryCard, means: nil)
  }

  /// The same, with what it was paid with in its metadata.
  public func refill(
    _ firstTagID: String, asset: EntityID?, amount: Amount, primaryCard: String, means: String?
  ) async throws(Refusal) -> JSON {
    let reading = try await readCard(firstTagID)
    let chosen: EntityID
    if let asset { chosen = asset } else { chosen = try await ownLocalAsset() }
    var fields = JSONObject([
      ("amount", JSON(amount.minorUnits)), ("sender", JSON(placeWallet.text)),
      ("receiver", JSON(reading.card.wallet.text)), ("asset", JSON(chosen.text)),
      ("user_card_firstTagId", JSON(firstTagID)), ("primary_card_fisrtTagId", JSON(primaryCard)),
    ])
    if let means { fields["metadata"] = ["means_of_payment": JSON(means)] }
    let body = JSON.object(fields)
    guard let headers = try? credentials.headersForPost(body: body) else { throw Refusal(.keyInvalid) }
    return try await post(
      HTTPRequest(
        method: "POST", url: baseURL + "/transaction/",
        headers: headers.map { "\($0.0): \($0.1)" } + ["Content-Type: application/json"],
        body: Array(body.pythonDump().utf8), isRepeatable: dialect.isIdempotent))
  }

  /// How often a refill is sent whose answer is lost, to a ledger that knows it again by its signature.
  private static let attempts = 3

  private func post(_ refill: HTTPRequest) async throws(Refusal) -> JSON {
    var doubt: String?
    for _ in 1...(dialect.isIdempotent ? Self.attempts : 1) {
      let answer: HTTPResponse
      do {
        answer = try await carrier.send(refill, for: .background)
      } catch {
        if case .notSent = error, doubt == nil { throw Refusal(.ledgerUnreachable) }
        doubt = "No answer came."
        continue
      }
      if answer.status == 201, let transaction = try? JSON.parse(answer.body) { return transaction }
      if (400...499).contains(answer.status) {
        let refusal = LedgerRefusal.reading(answer)
        // Turned away unread, or by something in between, it says nothing of the one before.
        guard doubt != nil, !LedgerRefusal.hasCode(answer) || LedgerRefusal.isAtTheDoor(refusal.code) else {
          throw refusal
        }
      }
      doubt = "The answer is unclear."
    }
    throw Refusal(
      .outcomeUnknown, "\(doubt ?? "No answer came.") Look at the card before you refill again: tapctl card show")
  }

  private func ownLocalAsset() async throws(Refusal) -> EntityID {
    guard let answer = try? await carrier.send(get("/asset/"), for: .background), answer.status == 200,
      let assets = (try? JSON.parse(answer.body))?.elements
    else { throw Refusal(.ledgerUnreachable) }
    let own = assets.filter {
      $0["category"]?.text == AssetCategory.localFiat.rawValue && $0["wallet_origin"]?.text == placeWallet.text
    }
    guard own.count == 1, let asset = own[0]["uuid"]?.text.flatMap({ EntityID($0) }) else {
      throw Refusal(.requestMalformed, "This place issues \(own.count) local moneys; say which with --asset.")
    }
    return asset
  }
}
