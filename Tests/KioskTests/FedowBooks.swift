import FedowProtocol
@testable import Kiosk
import Model
import Rules
import Synchronization
import Transport

/// The books of a Fedow server in memory, as honest as the real one: what arrives twice is debited twice, what is late is
/// committed later, and a worker that is killed leaves a balance without its transaction. It is spoken to in JSON.
final class FedowBooks: LedgerLink {
  enum Fault: CaseIterable {
    case none
    /// The request never arrives, and the kiosk knows it.
    case notSent
    /// The request never arrives.
    case lostRequest
    /// It is committed, and the answer is lost.
    case lostAnswer
    /// It is committed long after the kiosk's time-out.
    case late
    /// The balance is written and the transaction is not; the answer is lost.
    case unrecorded
  }

  struct State {
    /// Whether it answers.
    var isThere = true
    var faults: [Fault] = []
    /// Minor units by asset.
    var balances: [EntityID: Int64] = [:]
    /// Newest last.
    var transactions: [JSON] = []
    /// What is committed later, and when.
    var late: [(body: JSON, at: LedgerTime)] = []
    /// Assets of which the next sale is refused.
    var refused: Set<EntityID> = []
    /// How many sales arrived, by the debit's id.
    var arrived: [String: Int] = [:]
    /// How often the whole list was asked for.
    var listed = 0
  }

  static let settling = Duration.seconds(60)
  static let card = "68B87420"

  let placeWallet = EntityID.random()
  let wallet = EntityID.random()
  let gift = EntityID.random()
  let own = EntityID.random()
  let federated = EntityID.random()
  let clock: ManualClock
  let dialect: any LedgerDialect
  let state = Mutex(State())

  init(clock: ManualClock) {
    self.clock = clock
    dialect = FedowDialect(placeWallet: placeWallet, primaryCard: "333C9A6E", settlingTime: Self.settling)
    script { $0.balances = [gift: 200, own: 500, federated: 1_000] }
  }

  @discardableResult func script<Value: Sendable>(_ change: (inout State) -> Value) -> Value {
    state.withLock { change(&$0) }
  }

  func readCard(_: String) async throws(Refusal) -> CardReading {
    guard script({ $0.isThere }) else { throw Refusal(.ledgerUnreachable) }
    guard let reading = CardReading(parsing: Array(cardJSON().compact.utf8)) else { throw Refusal(.ledgerRefused) }
    return reading
  }

  func sign(_ order: DebitOrder) throws(Refusal) -> SignedDebit { try dialect.sign(order, with: try credentials()) }

  func sign(_ order: VoidOrder) throws(Refusal) -> SignedDebit { try dialect.sign(order, with: try credentials()) }

  private func credentials() throws(Refusal) -> PlaceCredentials {
    guard let credentials = try? ScriptedLedger.credentials.get() else { throw Refusal(.keyInvalid) }
    return credentials
  }

  func post(_ debit: SignedDebit, isOnly: Bool, isUrgent: Bool) async -> DebitOutcome {
    commitWhatIsDue()
    guard script({ $0.isThere }) else { return .undecided("away") }
    guard let body = try? JSON.parse(debit.body) else { return .undecided("not JSON") }
    let answer: HTTPResponse? = script { state in
      let fault = state.faults.isEmpty ? .none : state.faults.removeFirst()
      if fault == .notSent || fault == .lostRequest { return nil }
      state.arrived[debit.id.text, default: 0] += 1
      if fault == .late {
        state.late.append((body, LedgerTime(microseconds: clock.wallTime().microseconds + 45_000_000)))
        return nil
      }
      let answer = commit(body, isRecorded: fault != .unrecorded, &state)
      return fault == .none ? answer : nil
    }
    return answer.map { dialect.outcome(of: debit, answer: $0, isOnly: isOnly) } ?? .undecided("no answer")
  }

  func inquire(_ debit: SignedDebit, isSettled: Bool) async -> DebitOutcome {
    commitWhatIsDue()
    guard script({ $0.isThere }) else { return .undecided("away") }
    var inquiry = dialect.inquiry(about: debit, isSettled: isSettled)
    var answer: HTTPResponse?
    while true {
      switch inquiry.next(after: answer) {
      case .ask(let path): answer = get(path)
      case .search(_, let words): answer = search(words)
      case .conclude(let outcome): return outcome
      }
    }
  }

  func isReachable() async -> Bool { true }

  func refill(_: String, asset: EntityID?, amount: Amount, primaryCard: String) async throws(Refusal) -> JSON { nil }

  /// Another till's sale of the same card.
  func sellElsewhere(_ asset: EntityID, _ amount: Int64, previous: String? = nil) {
    script { state in
      _ = commit(
        [
          "amount": JSON(amount), "sender": JSON(wallet.text), "receiver": JSON(placeWallet.text),
          "asset": JSON(asset.text), "metadata": nil,
        ], isRecorded: true, &state, previous: previous)
    }
  }

  func commitWhatIsDue() {
    let now = clock.wallTime()
    script { state in
      for late in state.late where late.at <= now { _ = commit(late.body, isRecorded: true, &state) }
      state.late.removeAll { $0.at <= now }
    }
  }

  private func commit(
    _ body: JSON, isRecorded: Bool, _ state: inout State, previous: String? = nil
  ) -> HTTPResponse {
    guard let asset = body["asset"]?.text.flatMap({ EntityID($0) }), let amount = body["amount"]?.int64 else {
      return HTTPResponse(status: 400, body: [])
    }
    let isSale = body["sender"]?.text == wallet.text
    if isSale && (state.refused.contains(asset) || state.balances[asset] ?? 0 < amount) {
      return HTTPResponse(
        status: 400, body: Array(#"{"non_field_errors":["Not enough token on sender wallet"]}"#.utf8))
    }
    state.balances[asset, default: 0] += isSale ? -amount : amount
    guard isRecorded else { return HTTPResponse(status: 500, body: []) }
    let last = state.transactions.last { $0["asset"]?.text == asset.text }?["uuid"]?.text
    let uuid = EntityID.random().text
    var json = JSONObject([
      ("uuid", JSON(uuid)), ("action", JSON(isSale ? "SAL" : "REF")), ("hash", "ab"),
      ("datetime", JSON(clock.wallTime().wire)), ("previous_transaction", JSON(previous ?? last ?? uuid)),
    ])
    for key in ["sender", "receiver", "asset", "amount", "metadata"] { json[key] = body[key] ?? JSON.null }
    state.transactions.append(.object(json))
    json["card"] = cardJSON(state)
    return HTTPResponse(status: 201, body: Array(JSON.object(json).compact.utf8))
  }

  private func cardJSON() -> JSON { state.withLock { cardJSON($0) } }

  private func cardJSON(_ state: State) -> JSON {
    let kinds = [(gift, "TNF", true), (own, "TLF", true), (federated, "FED", false)]
    let tokens = kinds.map { asset, category, isOwn -> JSON in
      [
        "asset_uuid": JSON(asset.text), "asset_name": JSON(category), "asset_category": JSON(category),
        "value": JSON(state.balances[asset] ?? 0),
        "asset": ["wallet_origin": JSON(isOwn ? placeWallet.text : EntityID.random().text)],
        "last_transaction": state.transactions.last { $0["asset"]?.text == asset.text } ?? nil,
      ]
    }
    return [
      "first_tag_id": JSON(Self.card), "number_printed": "FB97E06A", "is_wallet_ephemere": true,
      "wallet": ["uuid": JSON(wallet.text), "tokens": .array(tokens)],
    ]
  }

  private func get(_ path: String) -> HTTPResponse {
    if path.hasPrefix("/card/") { return HTTPResponse(status: 200, body: Array(cardJSON().compact.utf8)) }
    let uuid = path.dropFirst("/transaction/".count).dropLast()
    guard let found = script({ $0.transactions.first { $0["uuid"]?.text == String(uuid) } }) else {
      return HTTPResponse(status: 404, body: [])
    }
    return HTTPResponse(status: 200, body: Array(found.compact.utf8))
  }

  private func search(_ words: String) -> HTTPResponse {
    let list = script { state in
      state.listed += 1
      return JSON.array(state.transactions.reversed()).compact
    }
    var search = ListSearch(for: words)
    for byte in list.utf8 where !search.take([byte]) { break }
    return HTTPResponse(status: 200, body: search.found)
  }
}
